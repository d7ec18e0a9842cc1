package io.policyengine.core.config;

import io.policyengine.core.error.Problem;
import java.util.List;

/**
 * The content of a conf directory.
 *
 * @param workers one per file with {@code worker_core}, by file name
 * @param routes the routes of kernel.yaml, followed by those of the other files by file name
 * @param overrides the overrides of kernel.yaml, followed by those of overrides.yaml
 * @param warnings likely mistakes in a usable configuration
 * @param values the number of values that the files contain; a long text counts as several values, and each copy of a
 *     value counts again
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

    /** Creates a configuration with {@code values} 0, for which no memory is reserved. */
    public EngineConfig(
            KernelConfig kernel,
            List<WorkerCoreConfig> workers,
            List<RouteConfig> routes,
            List<OverrideConfig> overrides,
            List<Problem> warnings) {
        this(kernel, workers, routes, overrides, warnings, 0);
    }

    /** Returns a copy with other routes. */
    public EngineConfig withRoutes(List<RouteConfig> others) {
        return new EngineConfig(kernel, workers, others, overrides, warnings, values);
    }

    /** Maximum bytes that the kernel holds for all exchanges together while this configuration is in force. */
    public long maxBufferedBytes() {
        return kernel.limits().maxBufferedBytes(values);
    }
}
