package io.policyengine.kernel.worker;

import io.policyengine.core.worker.ChainSpec;
import io.policyengine.core.worker.DeclaredPolicy;
import io.policyengine.core.worker.PreparedChain;
import io.policyengine.core.worker.ProtocolVersion;
import io.policyengine.core.worker.WorkerControl;
import io.policyengine.core.worker.WorkerDescription;
import io.policyengine.core.worker.WorkerHealth;
import io.policyengine.kernel.metrics.KernelMeters;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
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
    private static final Duration DESCRIBE_LIMIT = Duration.ofSeconds(2);
    private static final long FIRST_PAUSE_MS = 50;
    private static final long LONGEST_PAUSE_MS = 2_000;

    private final Vertx vertx;
    private final RandomGenerator random;
    private final Map<String, Worker> workers = new LinkedHashMap<>();
    private final List<ReplicaState> replicas = new ArrayList<>();
    /** The accepted declarations by worker name, kept while the worker is away. */
    private final Map<String, WorkerDescription> descriptions = new HashMap<>();

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
    }

    /** A registry of these replicas, on the current context. */
    public WorkerRegistry(Vertx vertx, List<WorkerSpec> specs, KernelMeters meters, RandomGenerator random) {
        this.vertx = vertx;
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
                            config.failOpen()));
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
            WorkerDescription description = descriptions.get(worker.name());
            if (description != null) {
                for (DeclaredPolicy policy : description.policies()) {
                    owners.putIfAbsent(policy.descriptor().name(), new Declarations.Owner(worker, policy));
                }
            }
        }
        return new Declarations(owners, descriptions.keySet().containsAll(workers.keySet()));
    }

    /** Why a worker cannot be called, for people; empty if it can. */
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
     * Prepares all chains of the live generations in every connected replica of a worker; one that fails is disconnected, and
     * prepared anew when it is back. Never fails: without any replica the result is empty.
     *
     * @param chains by generation
     * @return what preparing found out, by chain id
     */
    public Future<Map<Long, PreparedChain>> prepare(Worker worker, Map<Long, List<ChainSpec>> chains) {
        Map<Long, PreparedChain> found = new HashMap<>();
        List<Future<Void>> all = new ArrayList<>();
        for (ReplicaState state : replicas) {
            WorkerControl control = state.control;
            if (state.worker == worker && control != null && state.accepted) {
                all.add(prepareIn(state, control, chains, found));
            }
        }
        return Future.join(all).map(found).otherwise(found);
    }

    private Future<Void> prepareIn(
            ReplicaState state,
            WorkerControl control,
            Map<Long, List<ChainSpec>> chains,
            Map<Long, PreparedChain> found) {
        Future<Void> done = Future.succeededFuture();
        for (Map.Entry<Long, List<ChainSpec>> generation : chains.entrySet()) {
            done = done.compose(_ -> control.prepare(generation.getKey(), generation.getValue()))
                    .map(prepared -> {
                        prepared.forEach(chain -> found.put(chain.id(), chain));
                        return null;
                    });
        }
        return done.timeout(PREPARE_LIMIT.toMillis(), TimeUnit.MILLISECONDS).andThen(result -> {
            if (!control.equals(state.control)) {
                return;
            }
            if (result.succeeded()) {
                state.prepared = true;
                publish(state);
            } else {
                lost(state, control, "its chains could not be prepared: " + messageOf(result.cause()));
            }
        });
    }

    /** Forgets chains in every connected replica of a worker. */
    public void release(Worker worker, List<Long> chainIds) {
        for (ReplicaState state : replicas) {
            if (state.worker == worker && state.control != null) {
                state.control
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
        WorkerControl[] reached = new WorkerControl[1];
        state.replica
                .connector()
                .connect(() -> lost(state, reached[0], "the connection was lost"))
                .compose(control -> {
                    reached[0] = control;
                    state.control = control;
                    return control.describe().timeout(DESCRIBE_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
                })
                .onSuccess(description -> described(state, description))
                .onFailure(failure -> {
                    state.disconnected(messageOf(failure));
                    connectLater(state);
                });
    }

    private void connectLater(ReplicaState state) {
        long pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS << Math.min(state.failedConnects++, 6));
        long jittered = pause / 2 + random.nextLong(pause / 2 + 1);
        vertx.setTimer(Math.max(1, jittered), _ -> connect(state));
    }

    private void lost(ReplicaState state, @Nullable WorkerControl control, String why) {
        if (closed || control == null || !control.equals(state.control)) {
            return;
        }
        state.disconnected(why);
        publish(state);
        connectLater(state);
    }

    private void described(ReplicaState state, WorkerDescription description) {
        String refusal = refusal(state.worker, description);
        if (refusal != null) {
            if (!refusal.equals(state.trouble)) {
                LOG.atError()
                        .addKeyValue("worker_name", state.worker.name())
                        .addKeyValue("severity", "critical")
                        .log("worker at {} is refused: {}", state.replica.address(), refusal);
            }
            state.disconnected(refusal);
            connectLater(state);
            return;
        }
        WorkerDescription before = descriptions.put(state.worker.name(), description);
        state.accepted = true;
        state.serving = true;
        state.failedConnects = 0;
        state.trouble = "its chains are not prepared yet";
        boolean changed = before == null || !before.policies().equals(description.policies());
        Objects.requireNonNull(listener).replicaAccepted(state.worker, changed);
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
            Declarations.Owner owner = declared.owner(policy.descriptor().name());
            if (owner != null && owner.worker() != worker && precedes(owner.worker(), worker)) {
                return "policy '" + policy.descriptor().name() + "' belongs to worker '"
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
        WorkerControl control = state.control;
        if (control == null || !state.accepted) {
            return;
        }
        control.checkHealth()
                .timeout(state.config.healthCheckTimeout().toMillis(), TimeUnit.MILLISECONDS)
                .onComplete(result -> {
                    if (control.equals(state.control)) {
                        checked(state, result.succeeded() ? result.result() : null);
                    }
                });
    }

    private void checked(ReplicaState state, @Nullable WorkerHealth health) {
        if (health == null) {
            state.missedChecks++;
            state.trouble = "it does not answer health checks";
        } else {
            state.missedChecks = 0;
            state.serving = health.serving();
            state.trouble = health.serving() ? "" : health.message();
        }
        publish(state);
    }

    private void publish(ReplicaState changed) {
        Worker worker = changed.worker;
        boolean before = worker.isAvailable();
        worker.setAvailable(replicas.stream()
                .filter(state -> state.worker == worker && state.isCallable())
                .map(state -> state.replica)
                .toList());
        if (before != worker.isAvailable()) {
            (before ? LOG.atWarn() : LOG.atInfo())
                    .addKeyValue("worker_name", worker.name())
                    .log(
                            before ? "worker can no longer be called: {}" : "worker can be called{}",
                            before ? changed.trouble : "");
        }
    }

    private static String messageOf(Throwable failure) {
        return failure.getMessage() == null ? failure.toString() : failure.getMessage();
    }
}
