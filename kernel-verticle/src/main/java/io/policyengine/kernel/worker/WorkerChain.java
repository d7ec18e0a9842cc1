package io.policyengine.kernel.worker;

import java.util.List;

/**
 * A chain that is prepared in a worker. Calls refer to it by the worker and the chain's id.
 *
 * @param id the id of the chain in the worker
 */
public record WorkerChain(Worker worker, long id) {
    /** Returns the available replicas that have prepared and accept the chain. */
    public List<Replica> available() {
        return worker.available(id);
    }

    public boolean isAvailable() {
        return !available().isEmpty();
    }
}
