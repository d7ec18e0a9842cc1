package io.policyengine.it;

import io.policyengine.core.config.EngineConfig;
import io.policyengine.core.config.WorkerEndpointConfig;
import io.policyengine.core.worker.WorkerConnector;
import io.policyengine.kernel.worker.registry.WorkerConnectors;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * For a kernel with one worker.
 *
 * @param worker the way to it
 */
public record OneWorker(WorkerConnector worker) implements WorkerConnectors {
    @Override
    public String place(WorkerEndpointConfig config) {
        return EMBEDDED;
    }

    @Override
    public @Nullable String mismatch(List<WorkerEndpointConfig> workers) {
        return null;
    }

    @Override
    public WorkerConnector connect(WorkerEndpointConfig endpoint, EngineConfig config) {
        return worker;
    }
}
