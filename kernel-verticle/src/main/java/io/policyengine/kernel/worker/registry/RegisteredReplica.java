package io.policyengine.kernel.worker.registry;

import io.policyengine.core.config.WorkerEndpointConfig;
import io.policyengine.core.log.LogFields;
import io.policyengine.core.time.DoublingPause;
import io.policyengine.kernel.worker.Replica;
import io.policyengine.kernel.worker.life.ReplicaEvent;
import io.policyengine.kernel.worker.life.ReplicaState;
import io.policyengine.kernel.worker.life.ReplicaTransition;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A replica in the registry: its state, and the connection to it. Confined to the registry's event loop. */
final class RegisteredReplica {
    private static final Logger LOG = LoggerFactory.getLogger("io.policyengine.kernel.replica");

    private final String worker;
    private final String place;
    /** The uid that the replica must run as; null for the kernel's own uid. */
    private final @Nullable Integer uid;

    private final Replica replica;
    private final Promise<Void> tried = Promise.promise();
    /** The pause between consecutive failed attempts to prepare chains in the replica. */
    private final DoublingPause pause = new DoublingPause(Duration.ofMillis(50), Duration.ofSeconds(2));

    private ReplicaState state = ReplicaState.NEW;
    private @Nullable ReplicaConnection connection;

    private ConnectionEnd ending = new ConnectionEnd.Lost();

    private Map<String, String> unwellPolicies = Map.of();

    RegisteredReplica(WorkerEndpointConfig config, String place, Replica replica) {
        this.worker = config.name();
        this.place = place;
        this.uid = config.uid();
        this.replica = replica;
    }

    String worker() {
        return worker;
    }

    Replica replica() {
        return replica;
    }

    String address() {
        return replica.address();
    }

    /** Returns whether a worker of a configuration refers to this replica. */
    boolean isMeantBy(WorkerEndpointConfig endpoint, String place) {
        return worker.equals(endpoint.name()) && this.place.equals(place) && Objects.equals(uid, endpoint.uid());
    }

    ReplicaTransition.Action take(ReplicaEvent event) {
        LOG.atTrace()
                .addKeyValue(LogFields.STATE, state)
                .addKeyValue(LogFields.EVENT, event)
                .log("a replica processes an event");
        ReplicaTransition step = ReplicaTransition.of(state, event);
        state = step.next();
        if (!state.isConnected()) {
            connection = null;
        }
        return step.action();
    }

    /** Updates the state after the end of a connection, and returns the resulting action. */
    ReplicaTransition.Action take(ConnectionEnd end) {
        ReplicaTransition.Action action = take(end.event());
        if (state == ReplicaState.AWAY) {
            ending = end;
        }
        return action;
    }

    /** Begins a connection attempt. Results of the previous attempt are ignored from now on. */
    ReplicaConnection attempt() {
        ReplicaConnection attempt = new ReplicaConnection(this);
        connection = attempt;
        return attempt;
    }

    /**
     * Returns the current connection or connection attempt; null between attempts and after the replica was removed.
     */
    @Nullable
    ReplicaConnection connection() {
        return connection;
    }

    /** Records the end of the first connection attempt, successful or not. */
    void noteTried() {
        tried.tryComplete();
    }

    /** Returns a future that completes at the end of the first connection attempt, successful or not. */
    Future<Void> tried() {
        return tried.future();
    }

    DoublingPause pause() {
        return pause;
    }

    boolean isAccepted() {
        return state.isAccepted();
    }

    boolean isCallable() {
        return state == ReplicaState.PREPARED
                && connection != null
                && connection.health().isWell();
    }

    /** Returns the live chains that the replica has not prepared. It may be available nevertheless. */
    Set<Long> missing() {
        return connection == null ? Set.of() : connection.missing();
    }

    /** Returns the live chains for which other replicas are called instead of this one. */
    Set<Long> unfit() {
        return connection == null ? Set.of() : connection.unfit();
    }

    /** Returns the human-readable reason why the replica is unavailable; empty if it is available. */
    String unavailableReason() {
        return switch (state) {
            case NEW -> "it has not been reached yet";
            case AWAY, RETURNING -> ending.reason();
            case PREPARING -> "its chains are not prepared yet";
            case PREPARED -> connection == null ? "" : connection.health().unavailableReason();
            case GONE -> "no configuration needs it any longer";
        };
    }

    void noteUnwell(Map<String, String> policies) {
        unwellPolicies = policies;
    }

    /**
     * Returns the policies that the replica declares and last reported as unhealthy, with reasons. The result stays the
     * same while the replica is disconnected.
     */
    Map<String, String> unwellPolicies() {
        return unwellPolicies;
    }
}
