package io.policyengine.kernel.worker;

import java.util.List;
import java.util.Map;

/**
 * The workers of one configuration, in its order. Generations that were made of the same configuration share it; a worker that a
 * change leaves as it is, is the same in the next set.
 */
public final class WorkerSet {
    private final Map<Worker, List<ReplicaState>> replicas;
    /** Generations and plans to be that need it; belongs to the registry's event loop. */
    private int users = 1;

    WorkerSet(Map<Worker, List<ReplicaState>> replicas) {
        this.replicas = replicas;
    }

    /** All workers in the order of the configuration. */
    public List<Worker> workers() {
        return List.copyOf(replicas.keySet());
    }

    Map<Worker, List<ReplicaState>> replicas() {
        return replicas;
    }

    boolean uses(ReplicaState replica) {
        return replicas.values().stream().anyMatch(list -> list.contains(replica));
    }

    boolean has(String worker) {
        return replicas.keySet().stream().anyMatch(one -> one.name().equals(worker));
    }

    /** One user more. */
    void use() {
        users++;
    }

    /** One user less; true if it was the last. */
    boolean leave() {
        return --users == 0;
    }
}
