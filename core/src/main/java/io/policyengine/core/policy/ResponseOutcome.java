package io.policyengine.core.policy;

import io.policyengine.core.instruction.ResponseInstruction;
import io.vertx.core.Future;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A policy's decision about a response. One that must replace the whole answer sets status and body. */
public sealed interface ResponseOutcome {
    /** Asked-for changes, in order. */
    List<ResponseInstruction> instructions();

    /** Go on to the next policy. */
    record Proceed(
            List<ResponseInstruction> instructions,
            @Nullable String reason) implements ResponseOutcome {
        static final Future<ResponseOutcome> UNCHANGED = Future.succeededFuture(new Proceed(List.of(), null));
    }

    /** End the chain of this phase here, also for later workers; what was collected is kept. */
    record SkipRemaining(
            List<ResponseInstruction> instructions,
            @Nullable String reason) implements ResponseOutcome {}

    /** Go on, nothing changes. */
    static Future<ResponseOutcome> unchanged() {
        return Proceed.UNCHANGED;
    }

    /** Go on with these changes. */
    static Future<ResponseOutcome> proceed(List<ResponseInstruction> instructions) {
        return Future.succeededFuture(new Proceed(instructions, null));
    }
}
