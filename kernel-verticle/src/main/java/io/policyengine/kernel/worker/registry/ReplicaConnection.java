package io.policyengine.kernel.worker.registry;

import io.policyengine.core.worker.WorkerControl;
import io.policyengine.core.worker.WorkerDescription;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** An attempt to reach a replica, and the resulting connection. Events of a superseded attempt are ignored. */
final class ReplicaConnection {
    private final RegisteredReplica replica;
    private final ReplicaChains chains = new ReplicaChains();
    private final ReplicaHealth health = new ReplicaHealth();
    private Set<Long> missing = Set.of();
    private Set<Long> unfit = Set.of();
    /** True during the pause before it prepares missing chains again. */
    private boolean pauses;

    private @Nullable WorkerControl control;
    private @Nullable WorkerDescription description;

    ReplicaConnection(RegisteredReplica replica) {
        this.replica = replica;
    }

    RegisteredReplica replica() {
        return replica;
    }

    ReplicaChains chains() {
        return chains;
    }

    ReplicaHealth health() {
        return health;
    }

    /**
     * Records the missing live chains, and those that another replica serves better. Returns whether they have changed.
     */
    boolean stands(Set<Long> nowMissing, Set<Long> nowUnfit) {
        boolean changed = !missing.equals(nowMissing) || !unfit.equals(nowUnfit);
        missing = nowMissing;
        unfit = nowUnfit;
        return changed;
    }

    Set<Long> missing() {
        return missing;
    }

    /** Returns the live chains that another replica accepts and this one refuses or reads with other body needs. */
    Set<Long> unfit() {
        return unfit;
    }

    /** Begins the pause before it prepares missing chains. Returns false if it has none, or a pause is in progress. */
    boolean beginPause() {
        if (pauses || missing.isEmpty()) {
            return false;
        }
        pauses = true;
        return true;
    }

    void endPause() {
        pauses = false;
    }

    void connected(WorkerControl connected) {
        control = connected;
    }

    void described(WorkerDescription said) {
        description = said;
    }

    WorkerControl control() {
        return Objects.requireNonNull(control);
    }

    WorkerDescription description() {
        return Objects.requireNonNull(description);
    }

    /** Returns whether this is its replica's current connection or attempt. */
    boolean isCurrent() {
        return equals(replica.connection());
    }

    boolean isAccepted() {
        return isCurrent() && replica.isAccepted();
    }
}
