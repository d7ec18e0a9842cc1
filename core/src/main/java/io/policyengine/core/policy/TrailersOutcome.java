package io.policyengine.core.policy;

import io.policyengine.core.instruction.TrailersInstruction;
import io.vertx.core.Future;
import java.util.List;

/**
 * A policy's decision about trailers. They are sent in any case, since the body before them has passed. A policy that
 * cannot accept them fails, and {@code on_failure: deny} aborts the exchange.
 *
 * @param instructions requested changes, in order
 */
public record TrailersOutcome(List<TrailersInstruction> instructions) {
    private static final Future<TrailersOutcome> UNCHANGED = Future.succeededFuture(new TrailersOutcome(List.of()));

    public static Future<TrailersOutcome> unchanged() {
        return UNCHANGED;
    }

    public static Future<TrailersOutcome> proceed(List<TrailersInstruction> instructions) {
        return Future.succeededFuture(new TrailersOutcome(instructions));
    }
}
