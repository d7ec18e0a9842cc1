package io.policyengine.kernel.worker;

import io.policyengine.core.worker.WorkerConnector;

/**
 * A replica of a worker: a worker process, or an embedded worker.
 *
 * @param index unique among the kernel's replicas, from 0
 * @param identity hash of the address, which is the same in every kernel
 * @param load the limits of calls to the replica
 */
public record Replica(int index, WorkerConnector connector, long identity, ReplicaLoad load) {
    private static final long FNV_PRIME = 0x100000001b3L;

    public Replica(int index, WorkerConnector connector) {
        this(index, connector, hash(connector.address()), new ReplicaLoad());
    }

    public String address() {
        return connector.address();
    }

    /**
     * Returns this replica's score for a key. The replica with the highest score serves the key. A score does not
     * depend on other replicas (highest random weight, Thaler and Ravishankar 1998). Removing a replica thus moves only
     * the keys that it served.
     */
    public long score(String key) {
        return mixed(identity ^ mixed(key.hashCode()));
    }

    private static long hash(String text) {
        long hash = 0;
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * FNV_PRIME;
        }
        return mixed(hash);
    }

    /** Mixes the bits: each input bit flips about half of the output bits (the finalizer of SplitMix64). */
    private static long mixed(long bits) {
        long once = (bits ^ (bits >>> 30)) * 0xbf58476d1ce4e5b9L;
        long twice = (once ^ (once >>> 27)) * 0x94d049bb133111ebL;
        return twice ^ (twice >>> 31);
    }
}
