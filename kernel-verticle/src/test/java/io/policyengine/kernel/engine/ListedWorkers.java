package io.policyengine.kernel.engine;

import io.policyengine.core.config.EngineConfig;
import io.policyengine.core.config.WorkerEndpointConfig;
import io.policyengine.core.worker.WorkerConnector;
import io.policyengine.kernel.worker.registry.WorkerConnectors;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Ways to workers that are there already.
 *
 * @param workers in the order in which the configuration names them
 */
public record ListedWorkers(List<? extends WorkerConnector> workers) implements WorkerConnectors {
    /** The ways to these. */
    public static ListedWorkers of(WorkerConnector... workers) {
        return new ListedWorkers(List.of(workers));
    }

    @Override
    public String place(WorkerEndpointConfig worker) {
        return EMBEDDED;
    }

    @Override
    public @Nullable String mismatch(List<WorkerEndpointConfig> all) {
        return null;
    }

    @Override
    public WorkerConnector connect(WorkerEndpointConfig worker, EngineConfig config) {
        return workers.get(config.kernel().workers().indexOf(worker));
    }
}
