package io.policyengine.kernel.worker;

import io.policyengine.core.worker.ChainSpec;
import io.policyengine.core.worker.DeclaredPolicy;
import io.policyengine.core.worker.PreparedChain;
import io.policyengine.core.worker.ProtocolVersion;
import io.policyengine.core.worker.WorkerControl;
import io.policyengine.core.worker.WorkerDescription;
import io.policyengine.core.worker.WorkerException;
import io.policyengine.core.worker.WorkerHealth;
import io.policyengine.kernel.metrics.KernelMeters;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows the workers: reaches their replicas, learns what they declare, watches their health, and publishes to all event loops
 * which replicas can be called. Lives on one event loop.
 */
public final class WorkerRegistry {
    private static final Logger LOG = LoggerFactory.getLogger(WorkerRegistry.class);
    private static final Duration PREPARE_LIMIT = Duration.ofSeconds(5);
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(2);
    private static final long FIRST_PAUSE_MS = 50;
    private static final long LONGEST_PAUSE_MS = 2_000;

    private final Vertx vertx;
    private final Context context;
    private final RandomGenerator random;
    private final Map<String, Worker> workers = new LinkedHashMap<>();
    private final List<ReplicaState> replicas = new ArrayList<>();
    /** The accepted declarations by worker, kept while the worker is away. */
    private final Map<Worker, WorkerDescription> descriptions = new HashMap<>();
    /** Workers that have said who they are, accepted or not. */
    private final Set<Worker> answered = new HashSet<>();

    private final List<Long> healthTimers = new ArrayList<>();
    private @Nullable Listener listener;
    private boolean closed;

    /** Told what the registry finds out, on its event loop. */
    public interface Listener {
        /**
         * A replica was reached and accepted. Its chains are to be prepared by {@link WorkerRegistry#prepare}.
         *
         * @param declarationsChanged whether plans made before may be wrong
         */
        void replicaAccepted(Worker worker, boolean declarationsChanged);

        /** A worker said who it is and was refused: nobody waits for its policies any more. */
        void workerRefused();
    }

    /** A registry of these replicas, on the current context. */
    public WorkerRegistry(Vertx vertx, List<WorkerSpec> specs, KernelMeters meters, RandomGenerator random) {
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
        this.random = random;
        for (WorkerSpec spec : specs) {
            var config = spec.config();
            Worker worker = workers.computeIfAbsent(
                    config.name(),
                    name -> new Worker(
                            name,
                            config.timeout(),
                            config.retry().maxAttempts(),
                            config.retry().backoff(),
                            config.failOpen(),
                            Affinity.of(config.affinity())));
            replicas.add(new ReplicaState(worker, new Replica(replicas.size(), spec.connector()), config));
        }
        workers.values().forEach(worker -> meters.workerHealth(worker.name(), worker::isAvailable));
    }

    /** Begins to reach all replicas. */
    public void start(Listener told) {
        this.listener = told;
        for (ReplicaState state : replicas) {
            connect(state);
            long interval = state.config.healthCheckInterval().toMillis();
            healthTimers.add(vertx.setPeriodic(interval, _ -> checkHealth(state)));
        }
    }

    /** All workers in the order of the configuration. */
    public List<Worker> workers() {
        return List.copyOf(workers.values());
    }

    /** Who declares what. Ownership follows the order of the configuration. */
    public Declarations declarations() {
        Map<String, Declarations.Owner> owners = new HashMap<>();
        for (Worker worker : workers.values()) {
            WorkerDescription description = descriptions.get(worker);
            if (description != null) {
                for (DeclaredPolicy policy : description.policies()) {
                    owners.putIfAbsent(
                            policy.descriptor().name(),
                            new Declarations.Owner(worker, description.maxBodySize(), policy));
                }
            }
        }
        return new Declarations(owners, answered.containsAll(workers.values()));
    }

    /** Why workers cannot be called, for people, by name; those that can are left out. */
    public Map<String, String> troubles() {
        Map<String, String> troubles = new LinkedHashMap<>();
        for (ReplicaState state : replicas) {
            if (!state.worker.isAvailable()) {
                troubles.put(state.worker.name(), state.replica.address() + ": " + state.trouble);
            }
        }
        return troubles;
    }

    /**
     * Prepares the chains of the live generations in every connected replica of a worker; one that fails is disconnected, and
     * prepared anew when it is back. Never fails: without any replica the result is empty.
     *
     * @param chains by generation
     * @return what preparing found out, by chain id; a chain that any replica takes is good
     */
    public Future<Map<Long, PreparedChain>> prepare(Worker worker, Map<Long, List<ChainSpec>> chains) {
        List<Future<?>> all = new ArrayList<>();
        Map<ReplicaState.Connection, Map<Long, PreparedChain>> results = new LinkedHashMap<>();
        for (ReplicaState state : replicas) {
            ReplicaState.Connection connection = state.connection;
            if (state.worker.equals(worker) && connection != null && connection.isAccepted()) {
                all.add(prepareIn(connection, chains).onSuccess(result -> results.put(connection, result)));
            }
        }
        return Future.join(all).transform(_ -> {
            Map<Long, PreparedChain> found = new HashMap<>();
            results.values()
                    .forEach(result -> result.forEach(
                            (id, chain) -> found.merge(id, chain, (one, other) -> one.isCallable() ? one : other)));
            results.forEach((connection, result) -> prepared(connection, result, found));
            return Future.succeededFuture(found);
        });
    }

    private Future<Map<Long, PreparedChain>> prepareIn(
            ReplicaState.Connection connection, Map<Long, List<ChainSpec>> chains) {
        WorkerControl control = Objects.requireNonNull(connection.control);
        WorkerDescription description = Objects.requireNonNull(connection.description);
        Map<Long, PreparedChain> result = new HashMap<>();
        Future<Void> done = Future.succeededFuture();
        for (Map.Entry<Long, List<ChainSpec>> generation : chains.entrySet()) {
            List<ChainSpec> asked = new ArrayList<>();
            for (ChainSpec chain : generation.getValue()) {
                PreparedChain refusal = Compatibility.refusal(chain, description);
                if (refusal == null) {
                    asked.add(chain);
                } else {
                    result.put(chain.id(), refusal);
                }
            }
            done = done.compose(_ -> control.prepare(generation.getKey(), asked))
                    .map(prepared -> {
                        prepared.forEach(chain -> result.put(chain.id(), chain));
                        return null;
                    });
        }
        return within(PREPARE_LIMIT, done.map(result))
                .onFailure(failure -> lost(connection, "its chains could not be prepared: " + messageOf(failure)));
    }

    /** A replica that does not take a chain which another of its worker takes is not called: it is of another version. */
    private void prepared(
            ReplicaState.Connection connection, Map<Long, PreparedChain> result, Map<Long, PreparedChain> found) {
        boolean complete = result.values().stream()
                .allMatch(chain -> chain.isCallable()
                        || !Objects.requireNonNull(found.get(chain.id())).isCallable());
        connection.prepared = complete;
        connection.state.failedAttempts = 0;
        connection.state.trouble = complete ? "" : "it refuses chains that another replica takes";
        publish(connection.state);
    }

    /** Forgets chains in every connected replica of a worker. */
    public void release(Worker worker, List<Long> chainIds) {
        for (ReplicaState state : replicas) {
            ReplicaState.Connection connection = state.connection;
            if (state.worker.equals(worker) && connection != null && connection.control != null) {
                connection
                        .control
                        .release(chainIds)
                        .onFailure(failure -> LOG.atDebug()
                                .addKeyValue("worker_name", worker.name())
                                .log("chains could not be released: {}", messageOf(failure)));
            }
        }
    }

    /** Lets go of all workers. */
    public Future<Void> close() {
        closed = true;
        healthTimers.forEach(vertx::cancelTimer);
        List<Future<Void>> all = replicas.stream()
                .map(state -> state.replica.connector().close())
                .toList();
        return Future.join(all).mapEmpty();
    }

    private void connect(ReplicaState state) {
        if (closed) {
            return;
        }
        ReplicaState.Connection connection = new ReplicaState.Connection(state);
        state.connection = connection;
        Future<WorkerDescription> described = state.replica
                .connector()
                .connect(() -> context.runOnContext(_ -> lost(connection, "the connection was lost")))
                .compose(control -> {
                    connection.control = control;
                    return control.describe();
                });
        within(CONNECT_LIMIT, described)
                .onSuccess(description -> described(connection, description))
                .onFailure(failure -> lost(connection, messageOf(failure)));
    }

    /** The connection is of no more use: the next attempt follows after a pause. */
    private void lost(ReplicaState.Connection connection, String why) {
        if (closed || !connection.isCurrent()) {
            return;
        }
        ReplicaState state = connection.state;
        state.connection = null;
        state.trouble = why;
        publish(state);
        long pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS << Math.min(state.failedAttempts++, 6));
        long jittered = pause / 2 + random.nextLong(pause / 2 + 1);
        vertx.setTimer(Math.max(1, jittered), _ -> connect(state));
    }

    private void described(ReplicaState.Connection connection, WorkerDescription description) {
        if (!connection.isCurrent()) {
            return;
        }
        Worker worker = connection.state.worker;
        Listener told = Objects.requireNonNull(listener);
        boolean first = answered.add(worker);
        String refusal = refusal(worker, description);
        if (refusal != null) {
            refuse(connection, refusal);
            if (first) {
                told.workerRefused();
            }
            return;
        }
        connection.description = description;
        connection.state.trouble = "its chains are not prepared yet";
        WorkerDescription before = descriptions.put(worker, description);
        refuseContenders(worker);
        told.replicaAccepted(worker, before == null || !before.policies().equals(description.policies()));
    }

    private void refuse(ReplicaState.Connection connection, String why) {
        ReplicaState state = connection.state;
        if (!why.equals(state.trouble)) {
            LOG.atError()
                    .addKeyValue("worker_name", state.worker.name())
                    .addKeyValue("severity", "critical")
                    .log("worker at {} is refused: {}", state.replica.address(), why);
        }
        lost(connection, why);
        if (replicas.stream().noneMatch(other -> other.worker.equals(state.worker) && isAccepted(other))) {
            descriptions.remove(state.worker);
        }
    }

    private static boolean isAccepted(ReplicaState state) {
        return state.connection != null && state.connection.isAccepted();
    }

    /** Workers that came before the rightful owner of a policy have to give way to it. */
    private void refuseContenders(Worker owner) {
        for (ReplicaState state : replicas) {
            ReplicaState.Connection connection = state.connection;
            if (!state.worker.equals(owner) && connection != null && connection.description != null) {
                String refusal = refusal(state.worker, connection.description);
                if (refusal != null) {
                    refuse(connection, refusal);
                }
            }
        }
    }

    /** Why a worker with this description is not accepted, or null. */
    private @Nullable String refusal(Worker worker, WorkerDescription description) {
        if (!description.name().equals(worker.name())) {
            return "it calls itself '" + description.name() + "', but the configuration names it '" + worker.name()
                    + "'; make worker_core.name and policy_kernel.workers agree";
        }
        if (!ProtocolVersion.CURRENT.worksWith(description.protocolVersion())) {
            return "it speaks protocol version " + description.protocolVersion() + ", the kernel "
                    + ProtocolVersion.CURRENT + "; install neighbouring versions";
        }
        Declarations declared = declarations();
        for (DeclaredPolicy policy : description.policies()) {
            String name = policy.descriptor().name();
            Declarations.Owner owner = declared.owner(name);
            if (owner != null && !owner.worker().equals(worker) && precedes(owner.worker(), worker)) {
                return "policy '" + name + "' belongs to worker '"
                        + owner.worker().name() + "', and worker '" + worker.name()
                        + "' declares it too; leave it out of one of them";
            }
        }
        return null;
    }

    private boolean precedes(Worker one, Worker other) {
        List<Worker> order = workers();
        return order.indexOf(one) < order.indexOf(other);
    }

    private void checkHealth(ReplicaState state) {
        ReplicaState.Connection connection = state.connection;
        if (connection == null || connection.checking || !connection.isAccepted() || connection.control == null) {
            return;
        }
        connection.checking = true;
        within(state.config.healthCheckTimeout(), connection.control.checkHealth())
                .onComplete(result -> {
                    connection.checking = false;
                    if (connection.isCurrent()) {
                        checked(connection, result.succeeded() ? result.result() : null);
                    }
                });
    }

    private void checked(ReplicaState.Connection connection, @Nullable WorkerHealth health) {
        if (health == null) {
            connection.missedChecks++;
            connection.state.trouble = "it does not answer health checks";
        } else {
            connection.missedChecks = 0;
            connection.serving = health.serving();
            if (connection.prepared) {
                connection.state.trouble = health.serving() ? "" : health.message();
            }
        }
        publish(connection.state);
    }

    private void publish(ReplicaState changed) {
        Worker worker = changed.worker;
        boolean before = worker.isAvailable();
        worker.setAvailable(replicas.stream()
                .filter(state ->
                        state.worker.equals(worker) && state.connection != null && state.connection.isCallable())
                .map(state -> state.replica)
                .toList());
        if (before && !worker.isAvailable()) {
            LOG.atWarn()
                    .addKeyValue("worker_name", worker.name())
                    .log("worker can no longer be called: {}", changed.trouble);
        } else if (!before && worker.isAvailable()) {
            LOG.atInfo().addKeyValue("worker_name", worker.name()).log("worker can be called");
        }
    }

    /** The result if it comes in time, on this registry's event loop wherever it came from. */
    private <T> Future<T> within(Duration limit, Future<T> future) {
        Promise<T> result = Promise.promise();
        long timer = vertx.setTimer(
                Math.max(1, limit.toMillis()),
                _ -> result.tryFail(new WorkerException(
                        WorkerException.Kind.TIMEOUT, "it did not answer within " + limit.toMillis() + " ms")));
        future.onComplete(completed -> context.runOnContext(_ -> {
            vertx.cancelTimer(timer);
            if (completed.succeeded()) {
                result.tryComplete(completed.result());
            } else {
                result.tryFail(completed.cause());
            }
        }));
        return result.future();
    }

    private static String messageOf(Throwable failure) {
        return failure.getMessage() == null ? failure.toString() : failure.getMessage();
    }
}
