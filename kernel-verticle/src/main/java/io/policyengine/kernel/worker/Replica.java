package io.policyengine.kernel.worker;

import io.policyengine.core.worker.WorkerConnector;

/**
 * One process, or the embedded form, of a worker.
 *
 * @param index unique in the kernel, from 0
 */
public record Replica(int index, WorkerConnector connector) {
    /** Where it is, for logs. */
    public String address() {
        return connector.address();
    }
}
