package io.policyengine.policies.traffic.cache;

import io.policyengine.core.http.FieldRules;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.ResponseView;
import io.policyengine.core.instruction.AppendHeader;
import io.policyengine.core.instruction.DenialReason;
import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.core.instruction.RemoveHeader;
import io.policyengine.core.instruction.ResponseInstruction;
import io.policyengine.core.instruction.SetBody;
import io.policyengine.core.instruction.SetHeader;
import io.policyengine.core.instruction.SetStatusCode;
import io.policyengine.core.policy.ResponseOutcome;
import io.policyengine.policies.shared.denial.Denial;
import io.policyengine.policies.shared.denial.DenialFormat;
import io.policyengine.policies.traffic.cache.entry.StoredResponse;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Replaces an upstream's response by a stored response. */
final class Replacement {
    private final Future<ResponseOutcome> lost;

    Replacement(DenialFormat format) {
        ImmediateResponse answer = new Denial(
                        502,
                        CacheCode.NOT_STORED,
                        "The upstream has confirmed an answer that is not stored any more",
                        DenialReason.POLICY_ERROR)
                .response(format);
        this.lost = ResponseOutcome.proceed(List.of(
                new SetBody(answer.body(), answer.headers().get("content-type")),
                new SetStatusCode(answer.status(), answer.code()),
                new SetHeader("cache-control", "no-store")));
    }

    /**
     * Returns the error for a 304 of the upstream whose stored response is gone. The 304 cannot pass, since the
     * client's request was not conditional.
     */
    Future<ResponseOutcome> lost() {
        return lost;
    }

    /**
     * Returns the outcome that sends the stored response with these header fields.
     *
     * @param isAlone true if no header field of the upstream's response is sent to the client
     */
    Future<ResponseOutcome> by(
            StoredResponse stored, HeaderMap fields, ResponseView replaced, long age, String mark, boolean isAlone) {
        List<ResponseInstruction> instructions = new ArrayList<>();
        // The body goes first, since setting it removes the fields that describe a body.
        instructions.add(new SetBody(stored.body(), null));
        instructions.add(new SetStatusCode(stored.status()));
        if (isAlone) {
            replaced.headers().forEach((name, _) -> {
                if (!fields.contains(name) && !FieldRules.isFraming(name) && !name.startsWith("x-envoy-")) {
                    instructions.add(new RemoveHeader(name));
                }
            });
        }
        Set<String> set = new HashSet<>();
        fields.forEach((name, value) ->
                instructions.add(set.add(name) ? new SetHeader(name, value) : new AppendHeader(name, value)));
        instructions.add(new SetHeader("age", Long.toString(age)));
        instructions.add(new AppendHeader(CacheStatus.FIELD, mark));
        return ResponseOutcome.proceed(instructions);
    }
}
