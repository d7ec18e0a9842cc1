package io.policyengine.core.policy;

import io.policyengine.core.instruction.ResponseInstruction;
import io.vertx.core.Future;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A policy's decision about a response. To replace the whole answer, it sets status and body. */
public sealed interface ResponseOutcome {
    /** The requested changes, in order. */
    List<ResponseInstruction> instructions();

    /** Continue with the next policy. */
    record Proceed(
            List<ResponseInstruction> instructions,
            @Nullable String reason) implements ResponseOutcome {
        static final Future<ResponseOutcome> UNCHANGED = Future.succeededFuture(new Proceed(List.of(), null));
    }

    /** End the chain of this phase here, also for later workers; changes so far are kept. */
    record SkipRemaining(
            List<ResponseInstruction> instructions,
            @Nullable String reason) implements ResponseOutcome {}

    static Future<ResponseOutcome> unchanged() {
        return Proceed.UNCHANGED;
    }

    static Future<ResponseOutcome> proceed(List<ResponseInstruction> instructions) {
        return Future.succeededFuture(new Proceed(instructions, null));
    }
}
