package io.policyengine.kernel.worker;

import io.policyengine.core.config.WorkerEndpointConfig;
import io.policyengine.core.worker.WorkerDescription;
import io.policyengine.core.worker.WorkerHealth;
import io.vertx.core.Vertx;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Asks replicas how they are: at their interval, at once when one left a call unanswered, and soon again when it missed a check. A
 * process that is stopped keeps its connections, so nothing else finds it out. The only replica of a worker that can be called is not
 * hurried: nothing would be won without it. Belongs to the registry's event loop.
 */
final class HealthChecks {
    private static final long DOUBT_PAUSE_MS = 1_000;

    private final Vertx vertx;
    private final RegistryLoop loop;
    private final Consumer<ReplicaState> checked;
    private final Predicate<ReplicaState> isLast;

    /**
     * Checks whose outcome is told.
     *
     * @param isLast whether no other replica of its worker can be called
     */
    HealthChecks(Vertx vertx, RegistryLoop loop, Consumer<ReplicaState> checked, Predicate<ReplicaState> isLast) {
        this.vertx = vertx;
        this.loop = loop;
        this.checked = checked;
        this.isLast = isLast;
    }

    /** Asks a replica as this configuration says from now on. */
    void watch(ReplicaState state, WorkerEndpointConfig endpoint) {
        boolean same = state.config.healthCheckInterval().equals(endpoint.healthCheckInterval());
        state.config = endpoint;
        if (state.healthTimer == -1 || !same) {
            unwatch(state);
            long interval = endpoint.healthCheckInterval().toMillis();
            state.healthTimer = vertx.setPeriodic(interval, _ -> check(state));
        }
    }

    /** Asks it no more. */
    void unwatch(ReplicaState state) {
        vertx.cancelTimer(state.healthTimer);
    }

    /** It left a call unanswered: asks at once, but not again within a second, as where a policy is slow and its worker is not. */
    void checkDoubted(ReplicaState state) {
        if (!state.doubted && !isLast.test(state)) {
            state.doubted = true;
            vertx.setTimer(DOUBT_PAUSE_MS, _ -> state.doubted = false);
            check(state);
        }
    }

    private void check(ReplicaState state) {
        ReplicaState.Connection connection = state.connection;
        if (connection == null || connection.checking || !connection.isAccepted() || connection.control == null) {
            return;
        }
        connection.checking = true;
        loop.within(state.config.healthCheckTimeout(), connection.control.checkHealth())
                .onComplete(result -> {
                    connection.checking = false;
                    if (connection.isCurrent()) {
                        note(connection, result.succeeded() ? result.result() : null);
                        checked.accept(state);
                    }
                });
    }

    private void note(ReplicaState.Connection connection, @Nullable WorkerHealth health) {
        if (health == null) {
            connection.missedChecks++;
            connection.state.trouble = "it does not answer health checks";
            checkSoon(connection);
        } else {
            connection.missedChecks = 0;
            connection.serving = health.serving();
            connection.state.unwellPolicies = declared(connection, health);
            if (connection.prepared) {
                connection.state.trouble = health.serving() ? "" : health.message();
            }
        }
    }

    /** What it says of policies that it declares; others are nobody's. */
    private static Map<String, String> declared(ReplicaState.Connection connection, WorkerHealth health) {
        WorkerDescription description = connection.description;
        if (description == null || health.unhealthyPolicies().isEmpty()) {
            return Map.of();
        }
        Map<String, String> unwell = new TreeMap<>(health.unhealthyPolicies());
        unwell.keySet()
                .retainAll(description.policies().stream()
                        .map(policy -> policy.descriptor().name())
                        .collect(Collectors.toSet()));
        return unwell;
    }

    /** After a pause that doubles with each miss: it is out soon, and soon back where it only hesitated. */
    private void checkSoon(ReplicaState.Connection connection) {
        ReplicaState state = connection.state;
        long pause = state.config.healthCheckTimeout().toMillis() << Math.min(connection.missedChecks - 1, 16);
        boolean hurried = !state.isCallable() || !isLast.test(state);
        if (hurried && pause < state.config.healthCheckInterval().toMillis()) {
            vertx.setTimer(Math.max(1, pause), _ -> {
                if (connection.isCurrent()) {
                    check(state);
                }
            });
        }
    }
}
