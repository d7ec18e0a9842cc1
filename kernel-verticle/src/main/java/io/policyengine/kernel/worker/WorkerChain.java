package io.policyengine.kernel.worker;

import java.util.List;

/**
 * A chain that is prepared in a worker, as calls name it.
 *
 * @param id of the chain in the worker
 */
public record WorkerChain(Worker worker, long id) {
    /** The available replicas for the chain: those that have prepared it and accept it. */
    public List<Replica> available() {
        return worker.available(id);
    }

    /** True if a replica can be called for the chain. */
    public boolean isAvailable() {
        return !available().isEmpty();
    }
}
