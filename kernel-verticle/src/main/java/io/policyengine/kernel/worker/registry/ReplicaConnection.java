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
    /** Chains of live generations that it has not prepared. */
    private Set<Long> missing = Set.of();
    /** The chains of live generations that another replica does better. */
    private Set<Long> unfit = Set.of();
    /** True while a pause goes on after which it prepares them again. */
    private boolean pauses;

    private @Nullable WorkerControl control;
    private @Nullable WorkerDescription description;

    ReplicaConnection(RegisteredReplica replica) {
        this.replica = replica;
    }

    RegisteredReplica replica() {
        return replica;
    }

    /** The chains that the replica has prepared. */
    ReplicaChains chains() {
        return chains;
    }

    /** The health of the replica. */
    ReplicaHealth health() {
        return health;
    }

    /**
     * Records the missing chains of live generations, and those that another replica serves better; true if that has
     * changed.
     */
    boolean stands(Set<Long> nowMissing, Set<Long> nowUnfit) {
        boolean changed = !missing.equals(nowMissing) || !unfit.equals(nowUnfit);
        missing = nowMissing;
        unfit = nowUnfit;
        return changed;
    }

    /** Chains of live generations that it has not prepared. */
    Set<Long> missing() {
        return missing;
    }

    /** Chains of live generations that it refuses though another replica takes them, or for which it needs less of bodies than another. */
    Set<Long> unfit() {
        return unfit;
    }

    /** A pause begins after which it prepares what it lacks; false if it lacks nothing, or one goes on. */
    boolean beginPause() {
        if (pauses || missing.isEmpty()) {
            return false;
        }
        pauses = true;
        return true;
    }

    /** The pause is over. */
    void endPause() {
        pauses = false;
    }

    /** Records the connection. */
    void connected(WorkerControl connected) {
        control = connected;
    }

    /** Records the accepted description of the replica. */
    void described(WorkerDescription said) {
        description = said;
    }

    /** The control through which an accepted replica is asked. */
    WorkerControl control() {
        return Objects.requireNonNull(control);
    }

    /** The description that an accepted replica gave of itself. */
    WorkerDescription description() {
        return Objects.requireNonNull(description);
    }

    /** True if what comes of it counts. */
    boolean isCurrent() {
        return equals(replica.connection());
    }

    boolean isAccepted() {
        return isCurrent() && replica.isAccepted();
    }
}
