package io.policyengine.kernel.worker;

import io.policyengine.kernel.overload.ReplicaLimits;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** The limits of calls to one replica on all event loops, for metrics. Thread-safe. */
public final class ReplicaLoad {
    private final List<ReplicaLimits> limits = new CopyOnWriteArrayList<>();

    public void add(ReplicaLimits limit) {
        limits.add(limit);
    }

    /** Returns how many calls may be in flight on the event loops that limit them; 0 without a limit. */
    int limit() {
        return limits.stream().mapToInt(ReplicaLimits::calls).sum();
    }
}
