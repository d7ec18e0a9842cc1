package io.policyengine.kernel.worker.registry;

import io.policyengine.core.config.EngineConfig;
import io.policyengine.core.config.WorkerEndpointConfig;
import io.policyengine.core.log.LogFields;
import io.policyengine.core.worker.ChainSpec;
import io.policyengine.core.worker.PolicyQuestion;
import io.policyengine.core.worker.PreparedChain;
import io.policyengine.core.worker.WorkerDescription;
import io.policyengine.kernel.metrics.KernelMeters;
import io.policyengine.kernel.worker.Replica;
import io.policyengine.kernel.worker.Worker;
import io.policyengine.kernel.worker.life.ReplicaEvent;
import io.policyengine.kernel.worker.life.ReplicaTransition;
import io.policyengine.kernel.worker.ownership.Declarations;
import io.policyengine.kernel.worker.ownership.OwnershipRefusals;
import io.policyengine.kernel.worker.ownership.Roster;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The registry of workers. It connects to their replicas, reads their declarations, checks their health, and publishes
 * the available replicas to all event loops. Confined to one event loop.
 */
public final class WorkerRegistry {
    private static final Logger LOG = LoggerFactory.getLogger(WorkerRegistry.class);
    /**
     * Maximum time to wait for workers that start together. During the wait, the configuration's order and not the
     * workers' speed decides which worker gets a policy.
     */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Vertx vertx;
    private final RegistryLoop loop;
    private final SchemaJudge schemas;
    private final Connections connections;
    private final HealthChecks health;
    private final ChainPreparation preparation;
    private final WorkerConnectors connectors;
    private final PolicyHealth policies;
    private final RegisteredReplicas replicas = new RegisteredReplicas();
    private final WorkerSets sets = new WorkerSets();
    private final UnavailableLog unavailableReasons = new UnavailableLog();
    private final Roster roster;
    private final OwnershipRefusals refusals = new OwnershipRefusals();
    private final WorkerGauges gauges;
    private final Listener listener;
    private boolean closed;

    /** Receives the registry's events, on its event loop. */
    public interface Listener {
        /**
         * Reports that a replica was accepted, or that the chains of other replicas changed. The worker's chains must
         * then be prepared by {@link WorkerRegistry#prepare}.
         */
        void replicasChanged(String worker);

        /**
         * Reports that the declarations, or the set of workers that have not answered, may have changed without a new
         * replica.
         */
        void declarationsChanged();
    }

    /** Creates a registry without workers, on the current context. */
    public WorkerRegistry(
            Vertx vertx, WorkerConnectors connectors, KernelMeters meters, RandomGenerator random, Listener listener) {
        this.vertx = vertx;
        this.loop = new RegistryLoop(vertx);
        this.schemas = new SchemaJudge(vertx, loop);
        this.connections = new Connections(vertx, loop, random, schemas, new ConnectionOutcomes());
        this.health = new HealthChecks(vertx, loop, this::checked, replicas::isLast);
        this.preparation = new ChainPreparation(loop, random, replicas::accepted, new PreparationOutcomes());
        this.connectors = connectors;
        this.roster = new Roster(connectors.builtIn());
        this.gauges = new WorkerGauges(meters, refusals::count);
        this.policies = new PolicyHealth(meters);
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

    private RegisteredReplica replica(WorkerEndpointConfig endpoint, EngineConfig config) {
        String place = connectors.place(endpoint);
        RegisteredReplica known = replicas.find(endpoint, place);
        if (known != null) {
            return known;
        }
        RegisteredReplica fresh = new RegisteredReplica(
                endpoint, place, new Replica(replicas.freeIndex(), connectors.connect(endpoint, config)));
        replicas.add(fresh);
        health.watch(fresh, endpoint);
        if (!closed) {
            connections.connect(fresh);
        }
        return fresh;
    }

    /**
     * Returns a future that completes when one connection attempt to each replica of the set has ended; bounded in
     * time.
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
     * @param declarations of the configuration's plans, which are settled from now on
     * @param chains returns the chains of all live generations, by worker name
     */
    public void adopt(
            WorkerSet set, EngineConfig config, Declarations declarations, Function<String, List<ChainSpec>> chains) {
        sets.adopt(set);
        roster.settle(declarations);
        for (WorkerEndpointConfig endpoint : config.kernel().workers()) {
            health.watch(replica(endpoint, config), endpoint);
        }
        gauges.show(set);
        for (Worker worker : set.workers()) {
            preparation.setLive(worker.name(), chains.apply(worker.name()));
        }
        refusals.report(declarations.refused());
        policies.refresh(sets.current(), roster::description);
    }

    /** Handles a call that was not answered in time. Called on any event loop. */
    private void doubt(Replica replica) {
        loop.run(() -> replicas.with(replica, health::doubt));
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
                happened(replica, ReplicaEvent.DROPPED);
            }
        }
        for (Worker worker : set.workers()) {
            if (!sets.have(worker.name())) {
                roster.forget(worker.name());
            }
        }
    }

    public Declarations declarations(WorkerSet set) {
        return roster.declarations(set);
    }

    /** Returns reports on the running configuration's workers, in the order of the configuration. */
    public List<WorkerReport> reports() {
        Declarations declarations = declarations(sets.current());
        List<WorkerReport> reports = new ArrayList<>();
        sets.current()
                .replicas()
                .forEach((worker, known) -> reports.add(WorkerReport.of(
                        worker, roster.description(worker.name()), declarations.refusedOf(worker.name()), known)));
        return reports;
    }

    /**
     * Returns human-readable remarks on unhealthy policies of the running configuration's workers. These policies stay
     * in service.
     */
    public List<String> policyRemarks() {
        return policies.remarks();
    }

    /**
     * Sends a question to all replicas of the worker that owns the policy. Never fails: for a replica that does not
     * answer, the result contains the reason.
     */
    public Future<List<ReplicaAnswer>> ask(PolicyQuestion question) {
        Declarations.Owner owner = declarations(sets.current()).owner(question.policy());
        return owner == null
                ? Future.succeededFuture(List.of())
                : ReplicaInquiry.ask(loop, replicas.accepted(owner.worker().name()), question);
    }

    /** Returns human-readable reasons why workers of the running configuration are unavailable, by worker name. */
    public Map<String, String> unavailableReasons() {
        return sets.current().unavailableReasons();
    }

    /** Returns human-readable remarks on available workers: refused policies and missing chains. */
    public List<String> remarks() {
        return sets.current().remarks(declarations(sets.current()));
    }

    /**
     * Prepares chains in every accepted replica of a worker, except chains that are already prepared. A replica that
     * then lacks chains of live generations is unavailable, and is reconnected if it has failed. Never fails: without
     * replicas the result is empty.
     *
     * @param generation the newest generation that needs the chains
     * @param chains all chains of live generations
     * @param declarations of the plans to which the chains belong
     * @param urgent true to start without waiting for preparations in progress
     * @return the results by chain id; a chain accepted by any replica is valid
     */
    public Future<Map<Long, PreparedChain>> prepare(
            String worker, long generation, List<ChainSpec> chains, Declarations declarations, boolean urgent) {
        return preparation.prepare(worker, generation, chains, declarations.ownership(), urgent);
    }

    /** Releases chains in every replica of a worker, including chains that are being prepared. */
    public void release(String worker, List<Long> chainIds) {
        preparation.release(worker, chainIds);
    }

    /** Disconnects all workers. */
    public Future<Void> close() {
        closed = true;
        sets.all().forEach(set -> vertx.cancelTimer(set.patience));
        health.close();
        schemas.close();
        List<Future<Void>> all = replicas.all().stream()
                .map(replica -> replica.replica().connector().close())
                .toList();
        return Future.join(all).mapEmpty();
    }

    private void act(RegisteredReplica replica, ReplicaTransition.Action action) {
        switch (action) {
            case CONNECT -> connections.connect(replica);
            case ACCEPT -> accept(replica.worker());
            case REJECT -> reject(replica);
            case RECONNECT -> reconnect(replica);
            case PUBLISH -> publish(replica);
            case PREPARE_AGAIN -> listener.replicasChanged(replica.worker());
            case PREPARE_LATER -> connections.pauseInService(replica);
            case REMOVE -> remove(replica);
            case NOTHING, IGNORE -> {}
        }
    }

    private void accept(String worker) {
        updateDescriptions(worker);
        refusals.report(declarations(sets.current()).refused());
        policies.refresh(sets.current(), roster::description);
        listener.replicasChanged(worker);
    }

    private void reject(RegisteredReplica replica) {
        boolean first = roster.noteRefusal(replica.worker());
        reconnect(replica);
        if (replicas.accepted(replica.worker()).isEmpty()) {
            roster.exclude(replica.worker());
        }
        if (first) {
            listener.declarationsChanged();
        }
    }

    private void reconnect(RegisteredReplica replica) {
        publish(replica);
        goByOthers(replica.worker());
        connections.pause(replica);
    }

    private void remove(RegisteredReplica replica) {
        replicas.remove(replica);
        replica.noteTried();
        health.unwatch(replica);
        unavailableReasons.forget(replica);
        replica.replica()
                .connector()
                .close()
                .onComplete(_ -> LOG.atInfo()
                        .addKeyValue(LogFields.WORKER_NAME, replica.worker())
                        .log("worker at {} is no longer needed; its connection is closed", replica.address()));
        goByOthers(replica.worker());
    }

    /** Updates the state of the remaining replicas, and the worker's declarations, after one replica has left. */
    private void goByOthers(String worker) {
        rejudge(worker);
        if (updateDescriptions(worker)) {
            listener.declarationsChanged();
        }
    }

    /**
     * Updates which chains each replica serves, because a replica that leaves or returns affects the chains of the
     * other replicas.
     */
    private void rejudge(String worker) {
        if (preparation.judge(worker)) {
            listener.replicasChanged(worker);
        }
    }

    private void checked(RegisteredReplica replica) {
        publish(replica);
        policies.refresh(sets.current(), roster::description);
        rejudge(replica.worker());
    }

    /**
     * Updates a worker's descriptions from its accepted replicas. Without accepted replicas, the last descriptions
     * remain. Returns whether the descriptions have changed.
     */
    private boolean updateDescriptions(String worker) {
        List<WorkerDescription> said = replicas.descriptions(worker, sets.current());
        return !said.isEmpty() && roster.accept(worker, said);
    }

    private void publish(RegisteredReplica changed) {
        if (changed.isCallable()) {
            unavailableReasons.callable(changed);
        }
        sets.publish(changed);
    }

    private void ended(ReplicaConnection connection, ConnectionEnd ending) {
        if (closed || !connection.isCurrent()) {
            return;
        }
        RegisteredReplica replica = connection.replica();
        ReplicaTransition.Action action = replica.take(ending);
        if (!connection.isCurrent()) {
            unavailableReasons.ended(replica, ending);
        }
        act(replica, action);
    }

    private void happened(RegisteredReplica replica, ReplicaEvent event) {
        act(replica, replica.take(event));
    }

    private final class ConnectionOutcomes implements Connections.Outcomes {
        @Override
        public void accepted(ReplicaConnection connection) {
            happened(connection.replica(), ReplicaEvent.ACCEPTED);
        }

        @Override
        public void ended(ReplicaConnection connection, ConnectionEnd ending) {
            WorkerRegistry.this.ended(connection, ending);
        }

        @Override
        public void mayPrepare(ReplicaConnection connection) {
            happened(connection.replica(), ReplicaEvent.CAUGHT_UP);
        }

        @Override
        public void pauseOver(RegisteredReplica replica) {
            if (!closed) {
                happened(replica, ReplicaEvent.PAUSE_OVER);
            }
        }
    }

    private final class PreparationOutcomes implements ChainPreparation.Outcomes {
        @Override
        public void judged(ReplicaConnection connection, ReplicaEvent event) {
            happened(connection.replica(), event);
        }

        @Override
        public void ended(ReplicaConnection connection, ConnectionEnd ending) {
            WorkerRegistry.this.ended(connection, ending);
        }

        @Override
        public void caughtUp(ReplicaConnection connection) {
            happened(connection.replica(), ReplicaEvent.CAUGHT_UP);
        }
    }
}
