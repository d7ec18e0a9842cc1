package io.policyengine.core.policy;

import io.policyengine.core.instruction.TrailersInstruction;
import io.vertx.core.Future;
import java.util.List;

/**
 * A policy's decision about trailers. The body has already been sent, so a policy cannot deny the message. A policy
 * that does not accept the trailers fails, and {@code on_failure: deny} then aborts the exchange.
 *
 * @param instructions the requested changes, in order
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
