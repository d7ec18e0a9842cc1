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

/** A replica as the registry knows it: its state in the table, and the connection to it. Belongs to the registry's event loop. */
final class RegisteredReplica {
    private static final Logger LOG = LoggerFactory.getLogger("io.policyengine.kernel.replica");

    private final String worker;
    private final String place;
    /** The user that it is to run as; null for the kernel's own. */
    private final @Nullable Integer uid;

    private final Replica replica;
    private final Promise<Void> tried = Promise.promise();
    /** The pause between attempts in a row that do not lead to a prepared replica. */
    private final DoublingPause pause = new DoublingPause(Duration.ofMillis(50), Duration.ofSeconds(2));

    private ReplicaState state = ReplicaState.NEW;
    /** The connection that counts, or the attempt at it. */
    private @Nullable ReplicaConnection connection;
    /** The end of the connection before. */
    private ConnectionEnd ending = new ConnectionEnd.Lost();

    private Map<String, String> unwellPolicies = Map.of();

    /** Creates a replica before the first connection attempt. */
    RegisteredReplica(WorkerEndpointConfig config, String place, Replica replica) {
        this.worker = config.name();
        this.place = place;
        this.uid = config.uid();
        this.replica = replica;
    }

    /** Name of its worker. */
    String worker() {
        return worker;
    }

    /** The replica as plans know it. */
    Replica replica() {
        return replica;
    }

    /** The address, for users. */
    String address() {
        return replica.address();
    }

    /** True if a configuration means this one. */
    boolean isMeantBy(WorkerEndpointConfig endpoint, String place) {
        return worker.equals(endpoint.name()) && this.place.equals(place) && Objects.equals(uid, endpoint.uid());
    }

    /** Takes the step of the table, and says what is to be done. */
    ReplicaTransition.Action take(ReplicaEvent event) {
        LOG.atTrace()
                .addKeyValue(LogFields.STATE, state)
                .addKeyValue(LogFields.EVENT, event)
                .log("step of a replica");
        ReplicaTransition step = ReplicaTransition.of(state, event);
        state = step.next();
        if (!state.isConnected()) {
            connection = null;
        }
        return step.action();
    }

    /** Takes the step of the table for a connection that has ended, and says what is to be done. */
    ReplicaTransition.Action take(ConnectionEnd end) {
        ReplicaTransition.Action action = take(end.event());
        if (state == ReplicaState.AWAY) {
            ending = end;
        }
        return action;
    }

    /** Begins an attempt: results of the previous one no longer count. */
    ReplicaConnection attempt() {
        ReplicaConnection attempt = new ReplicaConnection(this);
        connection = attempt;
        return attempt;
    }

    /** The connection that counts, or the attempt at it; null while the next attempt is waited for, and at the end. */
    @Nullable
    ReplicaConnection connection() {
        return connection;
    }

    /** The first attempt to reach it is over, however it went. */
    void noteTried() {
        tried.tryComplete();
    }

    /** Completes when the first attempt to reach it is over. */
    Future<Void> tried() {
        return tried.future();
    }

    /** The pause after an attempt to reach it that led to nothing. */
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

    /** Chains of live generations that it has not prepared, though it can be called. */
    Set<Long> missing() {
        return connection == null ? Set.of() : connection.missing();
    }

    /** Chains of live generations for which another replica is called in its place. */
    Set<Long> unfit() {
        return connection == null ? Set.of() : connection.unfit();
    }

    /** The reason why it is unavailable, for users; empty if it is available. */
    String unavailableReason() {
        return switch (state) {
            case NEW -> "it has not been reached yet";
            case AWAY, RETURNING -> ending.reason();
            case PREPARING -> "its chains are not prepared yet";
            case PREPARED -> connection == null ? "" : connection.health().unavailableReason();
            case GONE -> "no configuration needs it any longer";
        };
    }

    /** Records the reported unhealthy policies with reasons. */
    void noteUnwell(Map<String, String> policies) {
        unwellPolicies = policies;
    }

    /** The last reported unhealthy policies with reasons, of those it declares; kept while it is disconnected. */
    Map<String, String> unwellPolicies() {
        return unwellPolicies;
    }
}
