package io.policyengine.kernel.worker.registry;

import io.policyengine.core.log.LogFields;
import io.policyengine.kernel.worker.life.ReplicaEvent;
import io.policyengine.kernel.worker.life.ReplicaTransition;
import io.vertx.core.Vertx;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The lifecycle of replicas, from the first connection attempt until no generation needs them. Looks up each event in
 * {@link ReplicaTransition}, and performs the resulting action. Confined to the registry's event loop.
 */
final class ReplicaLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(ReplicaLifecycle.class);

    private final RegisteredReplicas replicas;
    private final WorkerSets sets;
    private final WorkerDeclarations declarations;
    private final RegistryListener listener;
    private final SchemaJudge schemas;
    private final Connections connections;
    private final HealthChecks health;
    private final ChainPreparation preparation;
    private final UnavailableLog unavailableReasons = new UnavailableLog();
    private boolean closed;

    ReplicaLifecycle(
            Vertx vertx,
            RegistryLoop loop,
            RandomGenerator random,
            RegisteredReplicas replicas,
            WorkerSets sets,
            WorkerDeclarations declarations,
            RegistryListener listener) {
        this.replicas = replicas;
        this.sets = sets;
        this.declarations = declarations;
        this.listener = listener;
        this.schemas = new SchemaJudge(vertx, loop);
        this.connections = new Connections(vertx, loop, random, schemas, new ConnectionOutcomes());
        this.health = new HealthChecks(vertx, loop, this::checked, replicas::isLast);
        this.preparation = new ChainPreparation(loop, random, replicas::accepted, new PreparationOutcomes());
    }

    HealthChecks health() {
        return health;
    }

    ChainPreparation preparation() {
        return preparation;
    }

    /** Makes the first connection attempt to a replica. */
    void begin(RegisteredReplica replica) {
        if (!closed) {
            connections.connect(replica);
        }
    }

    /** Disconnects a replica that no generation needs. */
    void drop(RegisteredReplica replica) {
        happened(replica, ReplicaEvent.DROPPED);
    }

    /** Ends all connection attempts and health checks. Does not close connections. */
    void close() {
        closed = true;
        health.close();
        schemas.close();
    }

    private void happened(RegisteredReplica replica, ReplicaEvent event) {
        act(replica, replica.take(event));
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
        declarations.update(worker);
        declarations.report(declarations.current());
        listener.replicasChanged(worker);
    }

    private void reject(RegisteredReplica replica) {
        boolean first = declarations.roster().noteRefusal(replica.worker());
        reconnect(replica);
        if (replicas.accepted(replica.worker()).isEmpty()) {
            declarations.roster().exclude(replica.worker());
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

    /** Updates the worker's other replicas and its declarations after one replica was removed. */
    private void goByOthers(String worker) {
        rejudge(worker);
        if (declarations.update(worker)) {
            listener.declarationsChanged();
        }
    }

    /**
     * Updates which chains each replica of a worker serves. Each replica that is lost or connected can change this for
     * the others.
     */
    private void rejudge(String worker) {
        if (preparation.judge(worker)) {
            listener.replicasChanged(worker);
        }
    }

    private void checked(RegisteredReplica replica) {
        publish(replica);
        declarations.refreshHealth();
        rejudge(replica.worker());
    }

    private void publish(RegisteredReplica changed) {
        if (changed.isCallable()) {
            unavailableReasons.callable(changed);
        }
        sets.publish(changed);
    }

    private final class ConnectionOutcomes implements Connections.Outcomes {
        @Override
        public void accepted(ReplicaConnection connection) {
            happened(connection.replica(), ReplicaEvent.ACCEPTED);
        }

        @Override
        public void ended(ReplicaConnection connection, ConnectionEnd ending) {
            ReplicaLifecycle.this.ended(connection, ending);
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
            ReplicaLifecycle.this.ended(connection, ending);
        }

        @Override
        public void caughtUp(ReplicaConnection connection) {
            happened(connection.replica(), ReplicaEvent.CAUGHT_UP);
        }
    }
}
