package io.policyengine.kernel.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.policyengine.core.metrics.KernelMetric;

/**
 * The meters of connections to the engine's port.
 *
 * @param guardedResets resets that would have ended a connection with all exchanges on it
 * @param silent connections that were closed since nothing was said on them
 * @param unused connections that made room for others
 * @param refused connections for which there was no room
 */
public record ConnectionMeters(Counter guardedResets, Counter silent, Counter unused, Counter refused) {
    /** Those of a process with this registry. */
    public static ConnectionMeters in(MeterRegistry registry) {
        return new ConnectionMeters(
                KernelMetric.GUARDED_RESETS.counter(registry),
                KernelMetric.CLOSED_CONNECTIONS.counter(registry, "silent"),
                KernelMetric.CLOSED_CONNECTIONS.counter(registry, "unused"),
                KernelMetric.CLOSED_CONNECTIONS.counter(registry, "refused"));
    }
}
