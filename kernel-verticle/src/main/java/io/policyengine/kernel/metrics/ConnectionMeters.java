package io.policyengine.kernel.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.policyengine.core.metrics.KernelMetric;

/**
 * The meters of connections to the engine's port.
 *
 * @param guardedResets stream resets that would have ended a connection with all its exchanges
 * @param silent connections closed because HTTP did not begin on them in time
 * @param unused unused connections closed to make room for others
 * @param refused connections refused for lack of room
 */
public record ConnectionMeters(Counter guardedResets, Counter silent, Counter unused, Counter refused) {
    public static ConnectionMeters in(MeterRegistry registry) {
        return new ConnectionMeters(
                KernelMetric.GUARDED_RESETS.counter(registry),
                KernelMetric.CLOSED_CONNECTIONS.counter(registry, "silent"),
                KernelMetric.CLOSED_CONNECTIONS.counter(registry, "unused"),
                KernelMetric.CLOSED_CONNECTIONS.counter(registry, "refused"));
    }
}
