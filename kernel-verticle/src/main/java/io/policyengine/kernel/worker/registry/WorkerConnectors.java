package io.policyengine.kernel.worker.registry;

import io.policyengine.core.config.EngineConfig;
import io.policyengine.core.config.WorkerEndpointConfig;
import io.policyengine.core.policy.PolicyDescriptor;
import io.policyengine.core.worker.WorkerConnector;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes the ways to workers. Called on the registry's event loop. */
public interface WorkerConnectors {
    /** The place of a worker in the kernel's own process. */
    String EMBEDDED = "embedded";

    /**
     * The place of the worker, as this kernel reaches it: a socket path, or {@link #EMBEDDED}. A worker with the same name and place stays
     * connected.
     */
    String place(WorkerEndpointConfig worker);

    /** The reason why workers cannot be used together here; null if they can. */
    @Nullable
    String mismatch(List<WorkerEndpointConfig> workers);

    /**
     * The policies that come with the engine, by name. Where the configuration leaves open which of several workers is to run one, it goes
     * to none whose policy does less than the built-in one.
     */
    default Map<String, PolicyDescriptor> builtIn() {
        return Map.of();
    }

    /** The bytes of calls that workers in other processes have not taken. May be asked for on any thread. */
    default long unsentBytes() {
        return 0;
    }

    /** The way to a worker that was not there before. */
    WorkerConnector connect(WorkerEndpointConfig worker, EngineConfig config);
}
