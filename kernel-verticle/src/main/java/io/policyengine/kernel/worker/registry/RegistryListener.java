package io.policyengine.kernel.worker.registry;

/** Receives the events of the registry of workers, on its event loop. */
public interface RegistryListener {
    /**
     * Reports that a replica was accepted, or that a change affects the chains of a worker's other replicas. The
     * worker's chains must then be prepared with {@link WorkerRegistry#prepare}.
     */
    void replicasChanged(String worker);

    /**
     * Reports that, without a new replica, the workers' declarations or the set of workers that have not answered may
     * have changed.
     */
    void declarationsChanged();
}
