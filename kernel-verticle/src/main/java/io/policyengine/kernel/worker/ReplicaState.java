package io.policyengine.kernel.worker;

import io.policyengine.core.config.WorkerEndpointConfig;
import io.policyengine.core.worker.WorkerControl;
import io.policyengine.core.worker.WorkerDescription;
import org.jspecify.annotations.Nullable;

/** What the registry knows of one replica. Belongs to the registry's event loop. */
final class ReplicaState {
    final Worker worker;
    final Replica replica;
    final WorkerEndpointConfig config;

    /** The connection that counts; null while the next attempt is waited for. */
    @Nullable
    Connection connection;
    /** Attempts in a row that did not lead to a replica that can be called. */
    int failedAttempts;
    /** Why it cannot be called, for people; empty if it can. */
    String trouble = "it was not reached yet";

    ReplicaState(Worker worker, Replica replica, WorkerEndpointConfig config) {
        this.worker = worker;
        this.replica = replica;
        this.config = config;
    }

    /** One attempt to reach the replica, and what comes of it. Whatever arrives for one that no longer counts is ignored. */
    static final class Connection {
        final ReplicaState state;
        /** Null until it is connected. */
        @Nullable
        WorkerControl control;
        /** Null until it was described and accepted. */
        @Nullable
        WorkerDescription description;
        /** The chains of all live generations are prepared in it. */
        boolean prepared;
        /** It says that it takes calls. */
        boolean serving = true;
        /** A health check is under way. */
        boolean checking;
        /** Health checks that failed in a row. */
        int missedChecks;

        Connection(ReplicaState state) {
            this.state = state;
        }

        boolean isCurrent() {
            return equals(state.connection);
        }

        boolean isAccepted() {
            return isCurrent() && description != null;
        }

        boolean isCallable() {
            return isAccepted() && prepared && serving && missedChecks < state.config.unhealthyThreshold();
        }
    }
}
