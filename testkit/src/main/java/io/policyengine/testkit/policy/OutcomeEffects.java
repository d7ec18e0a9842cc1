package io.policyengine.testkit.policy;

import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.error.PolicyException;
import io.policyengine.core.http.PathFault;
import io.policyengine.core.http.PathRules;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.http.ResponseView;
import io.policyengine.core.http.TrailersView;
import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.core.instruction.Instructions;
import io.policyengine.core.instruction.RequestInstruction;
import io.policyengine.core.instruction.ResponseInstruction;
import io.policyengine.core.instruction.SendableResponse;
import io.policyengine.core.instruction.TrailersInstruction;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.Metadata;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.policy.ResponseOutcome;
import io.policyengine.core.policy.TrailersContext;
import io.policyengine.core.policy.TrailersOutcome;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Applies the outcomes of policies to messages. Instructions are checked and applied as in the engine.
 *
 * @param pathRules the kernel's rules for paths
 * @param allowInPath the faults of paths that the route allows
 */
record OutcomeEffects(PathRules pathRules, Set<PathFault> allowInPath) {
    OutcomeEffects {
        allowInPath = Set.copyOf(allowInPath);
    }

    static TrailersRun of(TrailersOutcome outcome, TrailersContext context) {
        for (TrailersInstruction instruction : outcome.instructions()) {
            requireLegal(Instructions.check(instruction));
        }
        return new TrailersRun(
                outcome,
                Instructions.apply(outcome.instructions(), new TrailersView(context.trailers()))
                        .headers(),
                context.metadata().after(outcome.instructions()));
    }

    RequestRun of(RequestOutcome decided, RequestView request, Metadata metadata, Call call) {
        RequestOutcome outcome = decided instanceof RequestOutcome.Respond(var response, var instructions)
                ? new RequestOutcome.Respond(sendable(response), instructions)
                : decided;
        for (RequestInstruction instruction : outcome.instructions()) {
            requireLegal(Instructions.check(instruction));
            String refusal = Instructions.check(instruction, pathRules, allowInPath);
            if (refusal != null) { // caused by the request, not by a bug of the policy
                throw new PolicyException(ErrorCode.INVALID_INSTRUCTION, refusal);
            }
        }
        Metadata after = metadata.after(outcome.instructions());
        return switch (outcome) {
            case RequestOutcome.Respond _ -> new RequestRun(outcome, request, request, after, call.exchangeId());
            case RequestOutcome.Proceed(var instructions, var _, var _) ->
                new RequestRun(outcome, request, Instructions.apply(instructions, request), after, call.exchangeId());
            case RequestOutcome.SkipRemaining(var instructions, var _) ->
                new RequestRun(outcome, request, Instructions.apply(instructions, request), after, call.exchangeId());
        };
    }

    /** Returns the response as a client receives it: the engine omits the parts of a denial that cannot be sent. */
    static ImmediateResponse sendable(ImmediateResponse response) {
        SendableResponse sendable = SendableResponse.legal(response, Long.MAX_VALUE);
        requireLegal(sendable.fault());
        return sendable.response();
    }

    static ResponseRun of(ResponseOutcome outcome, ResponseView response, Metadata metadata, Call call) {
        for (ResponseInstruction instruction : outcome.instructions()) {
            requireLegal(Instructions.check(instruction));
        }
        return new ResponseRun(
                outcome,
                Instructions.apply(outcome.instructions(), response),
                metadata.after(outcome.instructions()),
                call.exchangeId());
    }

    private static void requireLegal(@Nullable String problem) {
        if (problem != null) {
            throw new AssertionError("an illegal instruction: " + problem);
        }
    }
}
