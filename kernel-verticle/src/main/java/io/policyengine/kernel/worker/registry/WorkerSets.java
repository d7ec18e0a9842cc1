package io.policyengine.kernel.worker.registry;

import io.policyengine.core.config.WorkerEndpointConfig;
import io.policyengine.kernel.worker.Replica;
import io.policyengine.kernel.worker.Worker;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The workers of each configuration that is in use or may become current. Publishes their available replicas. Confined
 * to the registry's event loop.
 */
final class WorkerSets {
    private final List<WorkerSet> all = new ArrayList<>();
    private WorkerSet current = new WorkerSet(Map.of(), List.of());

    void add(WorkerSet set) {
        all.add(set);
    }

    void remove(WorkerSet set) {
        all.remove(set);
    }

    List<WorkerSet> all() {
        return all;
    }

    WorkerSet current() {
        return current;
    }

    void adopt(WorkerSet set) {
        current = set;
    }

    boolean use(RegisteredReplica replica) {
        return all.stream().anyMatch(set -> set.uses(replica));
    }

    boolean have(String worker) {
        return all.stream().anyMatch(set -> set.has(worker));
    }

    /** Returns the existing worker that has the wanted settings and replicas, or null. */
    @Nullable
    Worker same(WorkerEndpointConfig wanted, List<RegisteredReplica> replicas) {
        for (Map.Entry<Worker, List<RegisteredReplica>> known :
                current.replicas().entrySet()) {
            if (known.getKey().hasSettingsOf(wanted) && known.getValue().equals(replicas)) {
                return known.getKey();
            }
        }
        return null;
    }

    /** Publishes the available replicas of every worker that has the changed replica. */
    void publish(RegisteredReplica changed) {
        Set<Worker> published = new HashSet<>();
        for (WorkerSet set : all) {
            set.replicas().forEach((worker, replicas) -> {
                if (replicas.contains(changed) && published.add(worker)) {
                    List<Replica> before = worker.available();
                    set.publish(worker);
                    if (current.replicas().containsKey(worker)) {
                        AvailabilityLog.changed(worker, before, changed);
                    }
                }
            });
        }
    }
}
