package io.policyengine.kernel.worker.registry;

import io.policyengine.core.config.WorkerEndpointConfig;
import io.policyengine.core.worker.WorkerDescription;
import io.policyengine.core.worker.WorkerHealth;
import io.policyengine.kernel.worker.life.HealthEvent;
import io.policyengine.kernel.worker.life.HealthTransition;
import io.vertx.core.Vertx;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Checks the health of replicas: at a configured interval, at once after an unanswered call, and soon after a missed
 * check. Checks are needed because a process that hangs keeps its connections. A worker's only available replica is
 * never checked early, since removing it would gain nothing. {@link HealthTransition} determines what follows from each
 * answer. Confined to the registry's event loop.
 */
final class HealthChecks {
    private static final long DOUBT_PAUSE_MS = 1_000;

    private final Vertx vertx;
    private final RegistryLoop loop;
    private final Consumer<RegisteredReplica> checked;
    private final Predicate<RegisteredReplica> isLast;
    private final Map<RegisteredReplica, Watch> watches = new HashMap<>();

    private static final class Watch {
        private final long timer;
        private WorkerEndpointConfig config;
        /**
         * True during the pause after a check that an unanswered call caused. Unanswered calls cause no further check
         * during the pause.
         */
        private boolean doubted;

        Watch(long timer, WorkerEndpointConfig config) {
            this.timer = timer;
            this.config = config;
        }
    }

    /**
     * Creates an object that checks no replica yet.
     *
     * @param isLast returns whether a replica's worker has no other available replica
     */
    HealthChecks(
            Vertx vertx, RegistryLoop loop, Consumer<RegisteredReplica> checked, Predicate<RegisteredReplica> isLast) {
        this.vertx = vertx;
        this.loop = loop;
        this.checked = checked;
        this.isLast = isLast;
    }

    /** Starts the checks of a replica with the settings of the worker. */
    void watch(RegisteredReplica replica, WorkerEndpointConfig endpoint) {
        Watch known = watches.get(replica);
        if (known != null && known.config.healthCheckInterval().equals(endpoint.healthCheckInterval())) {
            known.config = endpoint;
            return;
        }
        if (known != null) {
            vertx.cancelTimer(known.timer);
        }
        long timer =
                vertx.setPeriodic(endpoint.healthCheckInterval().toMillis(), _ -> take(replica, HealthEvent.CHECK_DUE));
        watches.put(replica, new Watch(timer, endpoint));
    }

    void unwatch(RegisteredReplica replica) {
        Watch known = watches.remove(replica);
        if (known != null) {
            vertx.cancelTimer(known.timer);
        }
    }

    void close() {
        watches.values().forEach(watch -> vertx.cancelTimer(watch.timer));
    }

    /**
     * Checks a replica at once after an unanswered call, but at most once a second, since a single slow policy may be
     * the cause.
     */
    void doubt(RegisteredReplica replica) {
        Watch watch = watches.get(replica);
        if (watch == null || watch.doubted) {
            return;
        }
        if (isLast.test(replica)) {
            take(replica, HealthEvent.DOUBTED_AS_LAST);
            return;
        }
        watch.doubted = true;
        vertx.setTimer(DOUBT_PAUSE_MS, _ -> watch.doubted = false);
        take(replica, HealthEvent.DOUBTED);
    }

    private void take(RegisteredReplica replica, HealthEvent event) {
        ReplicaConnection connection = replica.connection();
        if (connection != null && connection.isAccepted()) {
            act(connection, connection.health().take(event));
        }
    }

    private void act(ReplicaConnection connection, HealthTransition.Action action) {
        switch (action) {
            case CHECK -> check(connection);
            case CHECK_SOON -> checkSoon(connection);
            case WAIT, IGNORE -> {}
        }
    }

    private void check(ReplicaConnection connection) {
        RegisteredReplica replica = connection.replica();
        Watch watch = watches.get(replica);
        if (watch == null || !connection.health().begin()) {
            return;
        }
        loop.within(watch.config.healthCheckTimeout(), connection.control().checkHealth())
                .onComplete(result -> {
                    if (connection.isCurrent()) {
                        take(replica, outcome(connection, result.succeeded() ? result.result() : null));
                        checked.accept(replica);
                    }
                });
    }

    private HealthEvent outcome(ReplicaConnection connection, @Nullable WorkerHealth answer) {
        RegisteredReplica replica = connection.replica();
        if (answer != null) {
            connection.health().answered(answer.message());
            replica.noteUnwell(declared(connection.description(), answer));
            return answer.serving() ? HealthEvent.SERVES : HealthEvent.SERVES_NOT;
        }
        Watch watch = watches.get(replica);
        int missed = connection.health().unanswered();
        if (watch != null && missed >= watch.config.unhealthyThreshold()) {
            return HealthEvent.MISSED_TOO_OFTEN;
        }
        return replica.isCallable() && isLast.test(replica) ? HealthEvent.MISSED_AS_LAST : HealthEvent.MISSED;
    }

    /** Returns the reported health of policies, but only of policies that the worker declares. */
    private static Map<String, String> declared(WorkerDescription description, WorkerHealth health) {
        if (health.unhealthyPolicies().isEmpty()) {
            return Map.of();
        }
        Map<String, String> unwell = new TreeMap<>(health.unhealthyPolicies());
        unwell.keySet()
                .retainAll(description.policies().stream()
                        .map(policy -> policy.descriptor().name())
                        .collect(Collectors.toSet()));
        return unwell;
    }

    /**
     * Checks again after a pause that doubles with each missed check. A replica that hangs thus soon becomes
     * unavailable, and a slow one is soon available again.
     */
    private void checkSoon(ReplicaConnection connection) {
        RegisteredReplica replica = connection.replica();
        Watch watch = watches.get(replica);
        if (watch == null) {
            return;
        }
        long pause = watch.config.healthCheckTimeout().toMillis()
                << Math.min(connection.health().missed() - 1, 16);
        if (pause < watch.config.healthCheckInterval().toMillis()) {
            vertx.setTimer(Math.max(1, pause), _ -> {
                if (connection.isCurrent()) {
                    take(replica, HealthEvent.CHECK_DUE);
                }
            });
        }
    }
}
