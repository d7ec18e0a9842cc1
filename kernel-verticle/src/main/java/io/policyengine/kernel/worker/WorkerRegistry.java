package io.policyengine.kernel.worker;

import io.policyengine.core.config.EngineConfig;
import io.policyengine.core.config.WorkerEndpointConfig;
import io.policyengine.core.worker.ChainSpec;
import io.policyengine.core.worker.PreparedChain;
import io.policyengine.core.worker.WorkerDescription;
import io.policyengine.core.worker.WorkerException;
import io.policyengine.kernel.metrics.KernelMeters;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows the workers: reaches their replicas, learns what they declare, watches their health, and publishes to all event loops
 * which replicas can be called. Lives on one event loop.
 */
public final class WorkerRegistry {
    private static final Logger LOG = LoggerFactory.getLogger(WorkerRegistry.class);
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(2);
    /** Who starts together has answered by then, so that the order of the configuration decides, not who is quicker. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private static final String LOST = "the connection was lost";
    private static final long FIRST_PAUSE_MS = 50;
    private static final long LONGEST_PAUSE_MS = 2_000;

    private final Vertx vertx;
    private final RegistryLoop loop;
    private final HealthChecks health;
    private final ChainPreparation preparation;
    private final WorkerConnectors connectors;
    private final KernelMeters meters;
    private final PolicyHealth policies;
    private final RandomGenerator random;
    /** Those of the running configuration, and those that retiring generations still need. */
    private final List<ReplicaState> replicas = new ArrayList<>();
    /** What generations use, and what may become current. */
    private final List<WorkerSet> sets = new ArrayList<>();

    private final Roster roster;
    private final Refusals refusals = new Refusals();
    private final Map<String, Runnable> healthGauges = new HashMap<>();
    private final Listener listener;
    private WorkerSet current = new WorkerSet(Map.of(), List.of());
    private boolean closed;

    /** Told what the registry finds out, on its event loop. */
    public interface Listener {
        /**
         * A replica was accepted, or what the others can be called for has changed without one. Its worker's chains are to be prepared by
         * {@link WorkerRegistry#prepare}.
         */
        void replicasChanged(String worker);

        /** What workers declare, or are waited for to declare, may be another without a new replica. */
        void declarationsChanged();
    }

    /** A registry without workers, on the current context. */
    public WorkerRegistry(
            Vertx vertx, WorkerConnectors connectors, KernelMeters meters, RandomGenerator random, Listener listener) {
        this.vertx = vertx;
        this.loop = new RegistryLoop(vertx);
        this.health = new HealthChecks(vertx, loop, this::checked, this::isLast);
        this.preparation = new ChainPreparation(loop, this::accepted, new PreparationOutcomes());
        this.connectors = connectors;
        this.roster = new Roster(connectors.builtIn());
        this.meters = meters;
        this.policies = new PolicyHealth(meters);
        this.random = random;
        this.listener = listener;
    }

    /**
     * The workers of a configuration. What was not known before begins to be reached; what is there already stays connected.
     * They are kept until {@link #leave}.
     */
    public WorkerSet join(EngineConfig config) {
        Map<String, List<WorkerEndpointConfig>> byName = new LinkedHashMap<>();
        config.kernel()
                .workers()
                .forEach(worker -> byName.computeIfAbsent(worker.name(), _ -> new ArrayList<>())
                        .add(worker));
        Map<Worker, List<ReplicaState>> workers = new LinkedHashMap<>();
        byName.forEach((name, endpoints) -> {
            List<ReplicaState> states =
                    endpoints.stream().map(endpoint -> state(endpoint, config)).toList();
            Worker worker = sameWorker(endpoints.getFirst(), states);
            workers.put(worker == null ? Worker.of(endpoints.getFirst(), this::doubt) : worker, states);
        });
        WorkerSet set = new WorkerSet(workers, config.kernel().workers());
        sets.add(set);
        if (!roster.haveAnswered(set)) {
            set.patience = vertx.setTimer(PATIENCE.toMillis(), _ -> endPatience(set));
        }
        workers.keySet().forEach(set::publish);
        return set;
    }

    private void endPatience(WorkerSet set) {
        set.patience = WorkerSet.NONE_LEFT;
        listener.declarationsChanged();
    }

    private ReplicaState state(WorkerEndpointConfig endpoint, EngineConfig config) {
        String place = connectors.place(endpoint);
        for (ReplicaState known : replicas) {
            if (known.worker.equals(endpoint.name())
                    && known.place.equals(place)
                    && Objects.equals(known.uid, endpoint.uid())) {
                return known;
            }
        }
        Replica replica = new Replica(freeIndex(), connectors.connect(endpoint, config));
        ReplicaState fresh = new ReplicaState(endpoint, place, replica);
        replicas.add(fresh);
        health.watch(fresh, endpoint);
        connect(fresh);
        return fresh;
    }

    private int freeIndex() {
        Set<Integer> taken =
                replicas.stream().map(state -> state.replica.index()).collect(Collectors.toSet());
        return IntStream.iterate(0, index -> index + 1)
                .filter(index -> !taken.contains(index))
                .findFirst()
                .orElseThrow();
    }

    private @Nullable Worker sameWorker(WorkerEndpointConfig wanted, List<ReplicaState> states) {
        for (Map.Entry<Worker, List<ReplicaState>> known : current.replicas().entrySet()) {
            if (known.getKey().hasSettingsOf(wanted) && known.getValue().equals(states)) {
                return known.getKey();
            }
        }
        return null;
    }

    /** Completes when each replica of the set was tried to be reached once; bounded. */
    public Future<Void> tried(WorkerSet set) {
        return Future.join(set.replicas().values().stream()
                        .flatMap(List::stream)
                        .map(state -> state.tried.future())
                        .toList())
                .mapEmpty();
    }

    /**
     * The set is that of the running configuration from now on.
     *
     * @param declarations what its plans were made with: settled from now on
     * @param chains the chains of a worker, by its name, that this and other live generations have
     */
    public void adopt(
            WorkerSet set, EngineConfig config, Declarations declarations, Function<String, List<ChainSpec>> chains) {
        current = set;
        roster.settle(declarations);
        for (WorkerEndpointConfig endpoint : config.kernel().workers()) {
            health.watch(state(endpoint, config), endpoint);
        }
        for (Worker worker : set.workers()) {
            String name = worker.name();
            healthGauges.computeIfAbsent(name, _ -> gauges(name));
            preparation.setLive(name, chains.apply(name));
        }
        refusals.report(declarations.refused());
        healthGauges.entrySet().removeIf(gauge -> {
            boolean gone = !set.has(gauge.getKey());
            if (gone) {
                gauge.getValue().run();
            }
            return gone;
        });
        policies.refresh(current, roster::description);
    }

    private Runnable gauges(String worker) {
        Runnable health = meters.workerHealth(worker, () -> isAvailable(worker));
        Runnable refused = meters.refusedPolicies(worker, () -> refusals.count(worker));
        return () -> {
            health.run();
            refused.run();
        };
    }

    private boolean isAvailable(String name) {
        return current.workers().stream().anyMatch(worker -> worker.name().equals(name) && worker.isAvailable());
    }

    /** A call was not answered in time; said on any event loop. */
    private void doubt(Replica replica) {
        loop.run(() ->
                replicas.stream().filter(state -> state.replica.equals(replica)).forEach(health::checkDoubted));
    }

    private boolean isLast(ReplicaState state) {
        return replicas.stream()
                .noneMatch(other -> other.worker.equals(state.worker) && !other.equals(state) && other.isCallable());
    }

    /** One more generation needs the set. */
    public void use(WorkerSet set) {
        set.use();
    }

    /** Ends one use of the set; what no other set needs is let go of. */
    public void leave(WorkerSet set) {
        if (!set.leave()) {
            return;
        }
        sets.remove(set);
        vertx.cancelTimer(set.patience);
        for (ReplicaState state : List.copyOf(replicas)) {
            if (sets.stream().noneMatch(other -> other.uses(state))) {
                drop(state);
                judgeAnew(state.worker);
                describeAnew(state.worker);
            }
        }
        for (Worker worker : set.workers()) {
            if (sets.stream().noneMatch(other -> other.has(worker.name()))) {
                roster.forget(worker.name());
            }
        }
    }

    private void drop(ReplicaState state) {
        replicas.remove(state);
        state.dropped = true;
        state.connection = null;
        state.tried.tryComplete();
        health.unwatch(state);
        state.replica
                .connector()
                .close()
                .onComplete(_ -> LOG.atInfo()
                        .addKeyValue("worker_name", state.worker)
                        .log("worker at {} is needed no more", state.replica.address()));
    }

    /** Who declares what, and whose it is. */
    public Declarations declarations(WorkerSet set) {
        return roster.declarations(set);
    }

    /** The workers of the running configuration, in its order. */
    public List<WorkerReport> reports() {
        Declarations declarations = declarations(current);
        List<WorkerReport> reports = new ArrayList<>();
        current.replicas()
                .forEach((worker, states) -> reports.add(WorkerReport.of(
                        worker, roster.description(worker.name()), declarations.refusedOf(worker.name()), states)));
        return reports;
    }

    /** What is not well with policies of the running configuration's workers, for people: it takes nothing out of service. */
    public List<String> policyRemarks() {
        return policies.remarks();
    }

    /** Why workers of the running configuration cannot be called, for people, by name; those that can are left out. */
    public Map<String, String> troubles() {
        return current.troubles();
    }

    /** What people should know of workers that can be called all the same: policies that they may not run, and should not declare. */
    public List<String> remarks() {
        return declarations(current).remarks();
    }

    /**
     * Prepares chains in every accepted replica of a worker, except where they are prepared already. One that lacks chains of live
     * generations after that cannot be called, and is connected to anew if it has failed. Never fails: without any replica the result is
     * empty.
     *
     * @param generation the newest that needs them
     * @param chains all chains of live generations
     * @param declarations that they are planned with
     * @param urgent not behind what is being prepared
     * @return what preparing found out, by chain id; a chain that any replica takes is good
     */
    public Future<Map<Long, PreparedChain>> prepare(
            String worker, long generation, List<ChainSpec> chains, Declarations declarations, boolean urgent) {
        return preparation.prepare(worker, generation, chains, declarations.ownership(), urgent);
    }

    private List<ReplicaState.Connection> accepted(String worker) {
        return replicas.stream()
                .filter(state -> state.worker.equals(worker) && isAccepted(state))
                .map(state -> Objects.requireNonNull(state.connection))
                .toList();
    }

    /** Forgets chains in every replica of a worker; those that are still being prepared as soon as they are. */
    public void release(String worker, List<Long> chainIds) {
        preparation.release(worker, chainIds);
    }

    /** Lets go of all workers. */
    public Future<Void> close() {
        closed = true;
        sets.forEach(set -> vertx.cancelTimer(set.patience));
        replicas.forEach(health::unwatch);
        List<Future<Void>> all = replicas.stream()
                .map(state -> state.replica.connector().close())
                .toList();
        return Future.join(all).mapEmpty();
    }

    private void connect(ReplicaState state) {
        if (closed || state.dropped) {
            return;
        }
        ReplicaState.Connection connection = new ReplicaState.Connection(state);
        state.connection = connection;
        Future<WorkerDescription> described = state.replica
                .connector()
                .connect(() -> loop.run(() -> lost(connection, LOST)))
                .compose(control -> {
                    connection.control = control;
                    return control.describe();
                });
        loop.within(CONNECT_LIMIT, described)
                .onSuccess(description -> described(connection, description))
                .onFailure(failure -> notDescribed(connection, failure))
                .onComplete(_ -> state.tried.tryComplete());
    }

    /** The connection is of no more use: the next attempt follows after a pause. */
    private void lost(ReplicaState.Connection connection, String why) {
        if (closed || !connection.isCurrent()) {
            return;
        }
        ReplicaState state = connection.state;
        state.connection = null;
        if (!why.equals(state.toldTrouble) && !why.equals(LOST)) {
            state.toldTrouble = why;
            LOG.atWarn()
                    .addKeyValue("worker_name", state.worker)
                    .log("worker at {} cannot be used: {}", state.replica.address(), why);
        }
        state.trouble = why;
        publish(state);
        judgeAnew(state.worker);
        describeAnew(state.worker);
        long pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS << Math.min(state.failedAttempts++, 6));
        long jittered = pause / 2 + random.nextLong(pause / 2 + 1);
        vertx.setTimer(Math.max(1, jittered), _ -> connect(state));
    }

    private void checked(ReplicaState state) {
        publish(state);
        policies.refresh(current, roster::description);
        judgeAnew(state.worker);
    }

    /** A replica of the worker counts no more, or counts again: others may be of use without it that are of none with it. */
    private void judgeAnew(String worker) {
        if (preparation.judge(worker)) {
            listener.replicasChanged(worker);
        }
    }

    private void described(ReplicaState.Connection connection, WorkerDescription description) {
        if (!connection.isCurrent()) {
            return;
        }
        String worker = connection.state.worker;
        String refusal = Roster.refusal(worker, description);
        if (refusal != null) {
            turnAway(connection, refusal);
            return;
        }
        connection.description = description;
        connection.state.trouble = "its chains are not prepared yet";
        updateDescriptions(worker);
        refusals.report(declarations(current).refused());
        policies.refresh(current, roster::description);
        listener.replicasChanged(worker);
    }

    private void notDescribed(ReplicaState.Connection connection, Throwable failure) {
        if (connection.isCurrent()
                && failure instanceof WorkerException known
                && known.kind() == WorkerException.Kind.INCOMPATIBLE) {
            turnAway(connection, "it refuses this kernel: " + messageOf(failure));
        } else {
            lost(connection, messageOf(failure));
        }
    }

    /** One that was never accepted: it has answered nevertheless. */
    private void turnAway(ReplicaState.Connection connection, String why) {
        boolean first = roster.noteRefusal(connection.state.worker);
        refuse(connection, why);
        if (first) {
            listener.declarationsChanged();
        }
    }

    private void refuse(ReplicaState.Connection connection, String why) {
        ReplicaState state = connection.state;
        if (!why.equals(state.toldTrouble)) {
            state.toldTrouble = why;
            LOG.atError()
                    .addKeyValue("worker_name", state.worker)
                    .addKeyValue("severity", "critical")
                    .log("worker at {} is refused: {}", state.replica.address(), why);
        }
        lost(connection, why);
        if (accepted(state.worker).isEmpty()) {
            roster.expel(state.worker);
        }
    }

    private static boolean isAccepted(ReplicaState state) {
        return state.connection != null && state.connection.isAccepted();
    }

    private void describeAnew(String worker) {
        if (updateDescriptions(worker)) {
            listener.declarationsChanged();
        }
    }

    /** What is known of a worker is what its replicas say that are there; while none is, it stays. False if nothing has changed. */
    private boolean updateDescriptions(String worker) {
        List<WorkerDescription> said = inOrder(worker).stream()
                .filter(WorkerRegistry::isAccepted)
                .map(state -> Objects.requireNonNull(Objects.requireNonNull(state.connection).description))
                .toList();
        return !said.isEmpty() && roster.accept(worker, said);
    }

    /** The replicas of a worker: those of the running configuration in its order, then others. */
    private List<ReplicaState> inOrder(String worker) {
        Set<ReplicaState> ordered = new LinkedHashSet<>();
        current.replicas().forEach((one, states) -> {
            if (one.name().equals(worker)) {
                ordered.addAll(states);
            }
        });
        replicas.stream().filter(state -> state.worker.equals(worker)).forEach(ordered::add);
        return List.copyOf(ordered);
    }

    private void publish(ReplicaState changed) {
        if (changed.isCallable()) {
            changed.toldTrouble = null;
        }
        Set<Worker> published = new HashSet<>();
        for (WorkerSet set : sets) {
            set.replicas().forEach((worker, states) -> {
                if (states.contains(changed) && published.add(worker)) {
                    List<Replica> before = worker.available();
                    set.publish(worker);
                    if (current.replicas().containsKey(worker)) {
                        AvailabilityLog.changed(worker, before, changed);
                    }
                }
            });
        }
    }

    private static String messageOf(Throwable failure) {
        return failure.getMessage() == null ? failure.toString() : failure.getMessage();
    }

    private final class PreparationOutcomes implements ChainPreparation.Outcomes {
        @Override
        public void changed(ReplicaState state) {
            publish(state);
        }

        @Override
        public void failed(ReplicaState.Connection connection, Throwable why) {
            lost(connection, "its chains could not be prepared: " + messageOf(why));
        }

        @Override
        public void caughtUp(ReplicaState.Connection connection) {
            listener.replicasChanged(connection.state.worker);
        }
    }
}
