package io.policyengine.kernel.worker.registry;

import io.policyengine.core.config.EngineConfig;
import io.policyengine.core.config.WorkerEndpointConfig;
import io.policyengine.core.worker.ChainSpec;
import io.policyengine.core.worker.PolicyQuestion;
import io.policyengine.core.worker.PreparedChain;
import io.policyengine.kernel.metrics.KernelMeters;
import io.policyengine.kernel.worker.Replica;
import io.policyengine.kernel.worker.Worker;
import io.policyengine.kernel.worker.ownership.Declarations;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/**
 * The registry of workers. It connects to their replicas, reads their declarations, checks their health, and publishes
 * the available replicas to all event loops. Confined to one event loop.
 */
public final class WorkerRegistry {
    /**
     * Maximum time to wait for workers that start together. The wait ensures that the order in the configuration, not
     * the workers' speed, determines which worker gets a policy.
     */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Vertx vertx;
    private final RegistryLoop loop;
    private final WorkerConnectors connectors;
    private final RegisteredReplicas replicas = new RegisteredReplicas();
    private final WorkerSets sets = new WorkerSets();
    private final WorkerDeclarations declarations;
    private final ReplicaLifecycle lifecycle;
    private final WorkerGauges gauges;
    private final RegistryListener listener;

    /** Creates a registry without workers, on the current context. */
    public WorkerRegistry(
            Vertx vertx,
            WorkerConnectors connectors,
            KernelMeters meters,
            RandomGenerator random,
            RegistryListener listener) {
        this.vertx = vertx;
        this.loop = new RegistryLoop(vertx);
        this.connectors = connectors;
        this.declarations = new WorkerDeclarations(replicas, sets, connectors.builtIn(), meters);
        this.lifecycle = new ReplicaLifecycle(vertx, loop, random, replicas, sets, declarations, listener);
        this.gauges = new WorkerGauges(meters, declarations::refusedOf);
        this.listener = listener;
    }

    /**
     * Returns the workers of a configuration, which are kept until {@link #leave}. New replicas are connected; replicas
     * already in the registry stay connected.
     */
    public WorkerSet join(EngineConfig config) {
        Map<String, List<WorkerEndpointConfig>> byName = new LinkedHashMap<>();
        config.kernel()
                .workers()
                .forEach(worker -> byName.computeIfAbsent(worker.name(), _ -> new ArrayList<>())
                        .add(worker));
        Map<Worker, List<RegisteredReplica>> workers = new LinkedHashMap<>();
        byName.forEach((name, endpoints) -> {
            List<RegisteredReplica> known = endpoints.stream()
                    .map(endpoint -> replica(endpoint, config))
                    .toList();
            Worker worker = sets.same(endpoints.getFirst(), known);
            workers.put(worker == null ? Worker.of(endpoints.getFirst(), this::doubt) : worker, known);
        });
        WorkerSet set = new WorkerSet(workers, config.kernel().workers());
        sets.add(set);
        if (!declarations.roster().haveAnswered(set)) {
            set.patience = vertx.setTimer(PATIENCE.toMillis(), _ -> endPatience(set));
        }
        workers.keySet().forEach(set::publish);
        return set;
    }

    private void endPatience(WorkerSet set) {
        set.patience = WorkerSet.NONE_LEFT;
        listener.declarationsChanged();
    }

    private RegisteredReplica replica(WorkerEndpointConfig endpoint, EngineConfig config) {
        String place = connectors.place(endpoint);
        RegisteredReplica known = replicas.find(endpoint, place);
        if (known != null) {
            return known;
        }
        RegisteredReplica fresh = new RegisteredReplica(
                endpoint, place, new Replica(replicas.freeIndex(), connectors.connect(endpoint, config)));
        replicas.add(fresh);
        lifecycle.health().watch(fresh, endpoint);
        lifecycle.begin(fresh);
        return fresh;
    }

    /**
     * Returns a future that completes, within a limited time, when the first connection attempt to each replica of the
     * set has ended.
     */
    public Future<Void> tried(WorkerSet set) {
        return Future.join(set.replicas().values().stream()
                        .flatMap(List::stream)
                        .map(RegisteredReplica::tried)
                        .toList())
                .mapEmpty();
    }

    /**
     * Records that the set belongs to the running configuration.
     *
     * @param planned the declarations with which the configuration was planned; they are fixed from now on
     * @param chains returns the chains of all live generations, by worker name
     */
    public void adopt(
            WorkerSet set, EngineConfig config, Declarations planned, Function<String, List<ChainSpec>> chains) {
        sets.adopt(set);
        declarations.roster().settle(planned);
        for (WorkerEndpointConfig endpoint : config.kernel().workers()) {
            lifecycle.health().watch(replica(endpoint, config), endpoint);
        }
        gauges.show(set);
        for (Worker worker : set.workers()) {
            lifecycle.preparation().setLive(worker.name(), chains.apply(worker.name()));
        }
        declarations.report(planned);
    }

    /** Handles a call that was not answered in time. Called on any event loop. */
    private void doubt(Replica replica) {
        loop.run(() -> replicas.with(replica, lifecycle.health()::doubt));
    }

    /** Records that one more generation needs the set. */
    public void use(WorkerSet set) {
        set.use();
    }

    /**
     * Records that a generation or draft no longer needs the set. Replicas that no other set needs are disconnected.
     */
    public void leave(WorkerSet set) {
        if (!set.leave()) {
            return;
        }
        sets.remove(set);
        vertx.cancelTimer(set.patience);
        for (RegisteredReplica replica : replicas.all()) {
            if (!sets.use(replica)) {
                lifecycle.drop(replica);
            }
        }
        for (Worker worker : set.workers()) {
            if (!sets.have(worker.name())) {
                declarations.roster().forget(worker.name());
            }
        }
    }

    public Declarations declarations(WorkerSet set) {
        return declarations.roster().declarations(set);
    }

    /** Returns reports on the running configuration's workers, in the order of the configuration. */
    public List<WorkerReport> reports() {
        return declarations.workers();
    }

    /**
     * Returns human-readable remarks about unhealthy policies of the running configuration's workers. The policies stay
     * in service.
     */
    public List<String> policyRemarks() {
        return declarations.healthRemarks();
    }

    /**
     * Sends an operator's question to all accepted replicas of the worker that owns the policy. Never fails: the result
     * contains a reason for each replica that does not answer.
     */
    public Future<List<ReplicaAnswer>> ask(PolicyQuestion question) {
        Declarations.Owner owner = declarations.current().owner(question.policy());
        return owner == null
                ? Future.succeededFuture(List.of())
                : ReplicaInquiry.ask(loop, replicas.accepted(owner.worker().name()), question);
    }

    /**
     * Reads the metrics of all replicas in the running configuration, in its order. Never fails, but may take until the
     * time limit of a replica's answer.
     */
    public Future<List<MetricsReading>> readMetrics() {
        return MetricsReading.of(
                loop,
                sets.current().replicas().values().stream()
                        .flatMap(List::stream)
                        .toList());
    }

    /** Returns human-readable reasons why workers of the running configuration are unavailable, by worker name. */
    public Map<String, String> unavailableReasons() {
        return sets.current().unavailableReasons();
    }

    /** Returns human-readable remarks about available workers: refused policies and missing chains. */
    public List<String> remarks() {
        return sets.current().remarks(declarations.current());
    }

    /**
     * Prepares chains in every accepted replica of a worker, except chains that are already prepared. A replica that
     * then lacks chains of live generations is not called for them. If it failed to prepare them, it is connected
     * again. Never fails: without replicas the result is empty.
     *
     * @param generation the newest generation that needs the chains
     * @param chains all chains of live generations
     * @param planned the declarations with which the chains' routes were planned
     * @param urgent true to start without waiting for preparations in progress
     * @return the results by chain id; a chain accepted by any replica is valid
     */
    public Future<Map<Long, PreparedChain>> prepare(
            String worker, long generation, List<ChainSpec> chains, Declarations planned, boolean urgent) {
        return lifecycle.preparation().prepare(worker, generation, chains, planned.ownership(), urgent);
    }

    /** Releases chains in every replica of a worker, including chains that are being prepared. */
    public void release(String worker, List<Long> chainIds) {
        lifecycle.preparation().release(worker, chainIds);
    }

    /** Disconnects all workers. */
    public Future<Void> close() {
        sets.all().forEach(set -> vertx.cancelTimer(set.patience));
        lifecycle.close();
        List<Future<Void>> all = replicas.all().stream()
                .map(replica -> replica.replica().connector().close())
                .toList();
        return Future.join(all).mapEmpty();
    }
}
