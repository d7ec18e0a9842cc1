package io.policyengine.core.config;

import io.policyengine.core.error.Problem;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * All that a conf directory says.
 *
 * @param workers one per file with {@code worker_core}, by file name
 * @param routes in order: kernel.yaml first, then by file name
 * @param warnings what can be used but is hardly what was meant
 * @param referredFiles files whose content came in by <code>${file:PATH}</code>; to be watched like the rest
 */
public record EngineConfig(
        KernelConfig kernel,
        List<WorkerCoreConfig> workers,
        List<RouteConfig> routes,
        List<Problem> warnings,
        Set<Path> referredFiles) {
    /** Copies. */
    public EngineConfig {
        workers = List.copyOf(workers);
        routes = List.copyOf(routes);
        warnings = List.copyOf(warnings);
        referredFiles = Set.copyOf(referredFiles);
    }
}
