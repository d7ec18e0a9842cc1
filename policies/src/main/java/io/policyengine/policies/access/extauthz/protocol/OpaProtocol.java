package io.policyengine.policies.access.extauthz.protocol;

import io.policyengine.core.callout.CalloutException;
import io.policyengine.core.callout.CalloutRequest;
import io.policyengine.core.callout.CalloutResponse;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.Target;
import io.policyengine.policies.format.json.JsonFault;
import io.policyengine.policies.format.json.JsonTexts;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * OPA's data API: {@code POST /v1/data/PATH} with the request as {@code input}. Status 400 to 499 denies the request,
 * since OPA then refuses the input without a decision. Any other status except 200 is treated as no answer.
 *
 * @param path below the target's URL; null to use that URL unchanged
 */
public record OpaProtocol(Target target, @Nullable String path, int maxAnswerBytes) implements AuthorizationProtocol {
    private static final HeaderMap HEADERS =
            HeaderMap.of("content-type", "application/json", "accept", "application/json");
    private static final JsonMapper JSON = JsonMapper.shared();

    @Override
    public Future<AuthorizationAnswer> ask(AuthorizationQuestion question, Call call) {
        Buffer body = Buffer.buffer(JSON.writeValueAsBytes(OpaInput.of(question)));
        return target.send(
                        call,
                        CalloutRequest.post(path, HEADERS, body, maxAnswerBytes).repeatable())
                .map(this::answer)
                .recover(AuthorizationAnswer::ofFailure);
    }

    private AuthorizationAnswer answer(CalloutResponse response) {
        if (response.status() >= 400 && response.status() < 500) {
            return new AuthorizationAnswer.Undecided(AuthorizationAnswer.DENIED);
        }
        if (response.status() != 200) {
            throw new CalloutException(CalloutException.Kind.REFUSED, target.name(), "it answers " + response.status());
        }
        JsonNode document;
        try {
            document = JsonTexts.read(response.body().getBytes(), () -> false);
        } catch (JsonFault garbage) {
            throw malformed("its answer is not JSON");
        }
        if (!document.isObject()) {
            throw malformed("its answer is not a JSON object");
        }
        try {
            return OpaDecision.of(document.get("result"));
        } catch (IllegalArgumentException wrong) {
            throw malformed("its decision is invalid: " + wrong.getMessage());
        }
    }

    private CalloutException malformed(String why) {
        return new CalloutException(CalloutException.Kind.MALFORMED, target.name(), why);
    }
}
