package io.policyengine.core.policy;

import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.core.instruction.RequestInstruction;
import io.vertx.core.Future;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A policy's decision about a request. */
public sealed interface RequestOutcome {
    /** Asked-for changes, in order; on {@link Respond} only metadata counts. */
    List<RequestInstruction> instructions();

    /**
     * Go on to the next policy.
     *
     * @param token by which the policy has authenticated the client, for the policies after it in this worker; null if by none
     */
    record Proceed(
            List<RequestInstruction> instructions,
            @Nullable String reason,
            @Nullable ValidatedToken token) implements RequestOutcome {
        static final Future<RequestOutcome> UNCHANGED = Future.succeededFuture(new Proceed(List.of(), null));

        /** Without a token. */
        public Proceed(List<RequestInstruction> instructions, @Nullable String reason) {
            this(instructions, reason, null);
        }
    }

    /** End the chain of this phase here, also for later workers; what was collected is kept. */
    record SkipRemaining(
            List<RequestInstruction> instructions, @Nullable String reason) implements RequestOutcome {}

    /** Answer the client now. */
    record Respond(ImmediateResponse response, List<RequestInstruction> instructions) implements RequestOutcome {}

    /** Go on, nothing changes. */
    static Future<RequestOutcome> unchanged() {
        return Proceed.UNCHANGED;
    }

    /** Go on with these changes. */
    static Future<RequestOutcome> proceed(List<RequestInstruction> instructions) {
        return Future.succeededFuture(new Proceed(instructions, null));
    }

    /** Answer the client now. */
    static Future<RequestOutcome> respond(ImmediateResponse response) {
        return Future.succeededFuture(new Respond(response, List.of()));
    }
}
