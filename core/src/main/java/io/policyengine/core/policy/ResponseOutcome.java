package io.policyengine.core.policy;

import io.policyengine.core.instruction.ResponseInstruction;
import io.vertx.core.Future;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A policy's decision about a response. A policy replaces the whole response by setting status and body. */
public sealed interface ResponseOutcome {
    /** The requested changes, in order. */
    List<ResponseInstruction> instructions();

    /** Continues with the next policy. */
    record Proceed(
            List<ResponseInstruction> instructions,
            @Nullable String reason) implements ResponseOutcome {
        static final Future<ResponseOutcome> UNCHANGED = Future.succeededFuture(new Proceed(List.of(), null));
    }

    /** Skips all remaining policies of this phase, including those of other workers. Earlier changes are kept. */
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
