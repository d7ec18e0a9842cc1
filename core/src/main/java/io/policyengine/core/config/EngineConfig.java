package io.policyengine.core.config;

import io.policyengine.core.error.Problem;
import java.util.List;

/**
 * The content of a conf directory.
 *
 * @param workers one per file with {@code worker_core}, by file name
 * @param routes in order: kernel.yaml first, then by file name
 * @param overrides kernel.yaml's first
 * @param warnings likely mistakes in a usable configuration
 * @param values the number of values it was read from; long texts and copies count as several
 */
public record EngineConfig(
        KernelConfig kernel,
        List<WorkerCoreConfig> workers,
        List<RouteConfig> routes,
        List<OverrideConfig> overrides,
        List<Problem> warnings,
        long values) {
    public EngineConfig {
        workers = List.copyOf(workers);
        routes = List.copyOf(routes);
        overrides = List.copyOf(overrides);
        warnings = List.copyOf(warnings);
    }

    /** Creates a configuration whose memory is not counted. */
    public EngineConfig(
            KernelConfig kernel,
            List<WorkerCoreConfig> workers,
            List<RouteConfig> routes,
            List<OverrideConfig> overrides,
            List<Problem> warnings) {
        this(kernel, workers, routes, overrides, warnings, 0);
    }

    /** Limit of the bytes that the kernel holds for all exchanges while this configuration is in force. */
    public long maxBufferedBytes() {
        return kernel.limits().maxBufferedBytes(values);
    }
}
