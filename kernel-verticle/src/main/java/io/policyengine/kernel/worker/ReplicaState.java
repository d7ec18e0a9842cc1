package io.policyengine.kernel.worker;

import io.policyengine.core.config.WorkerEndpointConfig;
import io.policyengine.core.worker.PreparedChain;
import io.policyengine.core.worker.WorkerControl;
import io.policyengine.core.worker.WorkerDescription;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the registry knows of one replica. Belongs to the registry's event loop. */
final class ReplicaState {
    final String worker;
    final String place;
    /** The user that it is to run as; null for the kernel's own. */
    final @Nullable Integer uid;

    final Replica replica;
    /** Complete when the first attempt to reach it is over, however it went. */
    final Promise<Void> tried = Promise.promise();

    WorkerEndpointConfig config;
    /** The timer of its health checks; -1 before the first. */
    long healthTimer = -1;
    /** The connection that counts; null while the next attempt is waited for. */
    @Nullable
    Connection connection;
    /** Attempts in a row that did not lead to a replica that can be called. */
    int failedAttempts;
    /** It left a call unanswered and was asked for its health a moment ago. */
    boolean doubted;
    /** Why it cannot be called, for people; empty if it can. */
    String trouble = "it was not reached yet";
    /** Policies that are not well there and why, as it said last: of those it declares, and kept while it is away. */
    Map<String, String> unwellPolicies = Map.of();
    /** The last trouble that was logged; null since it could be called. */
    @Nullable
    String toldTrouble;
    /** No configuration needs it any more. */
    boolean dropped;

    ReplicaState(WorkerEndpointConfig config, String place, Replica replica) {
        this.worker = config.name();
        this.place = place;
        this.uid = config.uid();
        this.replica = replica;
        this.config = config;
    }

    boolean isCallable() {
        return connection != null && connection.isCallable();
    }

    /** One attempt to reach the replica, and what comes of it. Whatever arrives for one that no longer counts is ignored. */
    static final class Connection {
        final ReplicaState state;
        /** What preparing chains in it found out, by chain id. */
        final Map<Long, PreparedChain> chains = new HashMap<>();
        /** Those of them that the replica was not asked for, since it would not do all of them. */
        final Set<Long> unasked = new HashSet<>();
        /** Null until it is connected. */
        @Nullable
        WorkerControl control;
        /** Null until it was described and accepted. */
        @Nullable
        WorkerDescription description;
        /** Ends when all that was asked for is prepared, or has failed. */
        Future<?> preparing = Future.succeededFuture();
        /** Why it could not prepare what was asked for last; null if it could, or is about to. */
        @Nullable
        Throwable failure;
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
            return isAccepted() && prepared && isWell();
        }

        /** By what it said of its health. */
        boolean isWell() {
            return serving && missedChecks < state.config.unhealthyThreshold();
        }
    }
}
