package io.policyengine.core.policy;

import io.policyengine.core.instruction.TrailersInstruction;
import io.vertx.core.Future;
import java.util.List;

/**
 * A policy's decision about trailers. They go on in any case: the message that they end has passed. A policy that cannot let that be
 * fails, and {@code on_failure: deny} breaks the exchange off.
 *
 * @param instructions asked-for changes, in order
 */
public record TrailersOutcome(List<TrailersInstruction> instructions) {
    private static final Future<TrailersOutcome> UNCHANGED = Future.succeededFuture(new TrailersOutcome(List.of()));

    /** Returns the outcome without changes. */
    public static Future<TrailersOutcome> unchanged() {
        return UNCHANGED;
    }

    /** Returns the outcome with these changes. */
    public static Future<TrailersOutcome> proceed(List<TrailersInstruction> instructions) {
        return Future.succeededFuture(new TrailersOutcome(instructions));
    }
}
