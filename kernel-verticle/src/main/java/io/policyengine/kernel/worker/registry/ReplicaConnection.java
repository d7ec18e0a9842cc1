package io.policyengine.kernel.worker.registry;

import io.policyengine.core.worker.WorkerControl;
import io.policyengine.core.worker.WorkerDescription;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** An attempt to connect to a replica, and the connection that results. Events of an earlier attempt are ignored. */
final class ReplicaConnection {
    private final RegisteredReplica replica;
    private final ReplicaChains chains = new ReplicaChains();
    private final ReplicaHealth health = new ReplicaHealth();
    private Set<Long> missing = Set.of();
    private Set<Long> unfit = Set.of();
    /** True during the pause before the replica is asked again to prepare missing chains. */
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
     * Records the live chains that are missing, and the live chains for which other replicas are called. Returns
     * whether either set has changed.
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

    /**
     * Returns the live chains for which other replicas are called, because this replica refuses them, or their entries
     * need the body in another form.
     */
    Set<Long> unfit() {
        return unfit;
    }

    /**
     * Begins the pause before missing chains are prepared again. Returns false if no chains are missing, or a pause is
     * in progress.
     */
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

    /** Returns whether this is the replica's current connection or attempt. */
    boolean isCurrent() {
        return equals(replica.connection());
    }

    boolean isAccepted() {
        return isCurrent() && replica.isAccepted();
    }
}
