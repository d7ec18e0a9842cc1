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
    /** The address of a worker that runs in the kernel's own process. */
    String EMBEDDED = "embedded";

    /**
     * Returns the address at which this kernel reaches a worker: a socket path, or {@link #EMBEDDED}. A worker whose
     * name and address are unchanged stays connected.
     */
    String place(WorkerEndpointConfig worker);

    /** Returns the reason why the given workers cannot be used together, or null. */
    @Nullable
    String mismatch(List<WorkerEndpointConfig> workers);

    /**
     * Returns the engine's built-in policies, by name. If several workers may declare a policy with such a name, the
     * worker's policy must do at least as much as the built-in one.
     */
    default Map<String, PolicyDescriptor> builtIn() {
        return Map.of();
    }

    /** Returns the bytes of calls that workers in other processes have not yet read. Thread-safe. */
    default long unsentBytes() {
        return 0;
    }

    /** Creates a connector to a worker that is new in the configuration. */
    WorkerConnector connect(WorkerEndpointConfig worker, EngineConfig config);
}
