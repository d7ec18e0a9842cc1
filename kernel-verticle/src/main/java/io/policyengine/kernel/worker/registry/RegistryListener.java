package io.policyengine.kernel.worker.registry;

/** Receives the events of the registry of workers, on its event loop. */
public interface RegistryListener {
    /**
     * Reports that a replica was accepted, or that the chains of other replicas changed. The worker's chains must then
     * be prepared by {@link WorkerRegistry#prepare}.
     */
    void replicasChanged(String worker);

    /**
     * Reports that the declarations, or the set of workers that have not answered, may have changed without a new
     * replica.
     */
    void declarationsChanged();
}
