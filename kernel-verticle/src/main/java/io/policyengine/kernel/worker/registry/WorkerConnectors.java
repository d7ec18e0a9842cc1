package io.policyengine.kernel.worker.registry;

import io.policyengine.core.config.EngineConfig;
import io.policyengine.core.config.WorkerEndpointConfig;
import io.policyengine.core.policy.PolicyDescriptor;
import io.policyengine.core.worker.WorkerConnector;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Creates connectors to workers. Called on the registry's event loop. */
public interface WorkerConnectors {
    /** The place of a worker in the kernel's own process. */
    String EMBEDDED = "embedded";

    /**
     * Returns the place of a worker as this kernel reaches it: a socket path, or {@link #EMBEDDED}. A worker with an
     * unchanged name and place stays connected.
     */
    String place(WorkerEndpointConfig worker);

    /** Returns the reason why these workers cannot be used together, or null. */
    @Nullable
    String mismatch(List<WorkerEndpointConfig> workers);

    /**
     * Returns the engine's built-in policies, by name. If several workers may declare such a policy, a worker whose
     * policy does less than the built-in one does not get it.
     */
    default Map<String, PolicyDescriptor> builtIn() {
        return Map.of();
    }

    /** Returns the bytes of calls that workers in other processes have not taken. Thread-safe. */
    default long unsentBytes() {
        return 0;
    }

    /** Creates a connector to a new worker. */
    WorkerConnector connect(WorkerEndpointConfig worker, EngineConfig config);
}
