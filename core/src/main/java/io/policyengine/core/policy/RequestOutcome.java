package io.policyengine.core.policy;

import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.core.instruction.RequestInstruction;
import io.vertx.core.Future;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A policy's decision about a request. */
public sealed interface RequestOutcome {
    /** The requested changes, in order. If the outcome is {@link Respond}, only changes of metadata have an effect. */
    List<RequestInstruction> instructions();

    /**
     * Continues with the next policy.
     *
     * @param token the token with which the policy authenticated the client, for later policies in this worker, or null
     */
    record Proceed(
            List<RequestInstruction> instructions,
            @Nullable String reason,
            @Nullable ValidatedToken token) implements RequestOutcome {
        static final Future<RequestOutcome> UNCHANGED = Future.succeededFuture(new Proceed(List.of(), null));

        public Proceed(List<RequestInstruction> instructions, @Nullable String reason) {
            this(instructions, reason, null);
        }
    }

    /** Skips all remaining policies of this phase, including those of other workers. Earlier changes are kept. */
    record SkipRemaining(
            List<RequestInstruction> instructions, @Nullable String reason) implements RequestOutcome {}

    /** Answers the client now. */
    record Respond(ImmediateResponse response, List<RequestInstruction> instructions) implements RequestOutcome {}

    static Future<RequestOutcome> unchanged() {
        return Proceed.UNCHANGED;
    }

    static Future<RequestOutcome> proceed(List<RequestInstruction> instructions) {
        return Future.succeededFuture(new Proceed(instructions, null));
    }

    static Future<RequestOutcome> respond(ImmediateResponse response) {
        return Future.succeededFuture(new Respond(response, List.of()));
    }
}
