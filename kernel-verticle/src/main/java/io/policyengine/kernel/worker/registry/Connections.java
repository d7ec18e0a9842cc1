package io.policyengine.kernel.worker.registry;

import io.policyengine.core.worker.WorkerDescription;
import io.policyengine.core.worker.WorkerException;
import io.policyengine.kernel.worker.life.ReplicaTransition;
import io.policyengine.kernel.worker.ownership.Roster;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Connects to replicas and requests their descriptions, once per call of {@link #connect}. It reports the outcome, and
 * {@link ReplicaTransition} determines what happens next. Confined to the registry's event loop.
 */
final class Connections {
    /** Maximum time to connect to a replica and to get its description. */
    private static final Duration LIMIT = Duration.ofSeconds(2);

    private final Vertx vertx;
    private final RegistryLoop loop;
    private final RandomGenerator random;
    private final SchemaJudge schemas;
    private final Outcomes outcomes;

    /** Receives the outcomes of connections to replicas and of attempts to connect. */
    interface Outcomes {
        /** Reports a replica whose description matches the configuration. */
        void accepted(ReplicaConnection connection);

        /** Reports that the connection, or the connection attempt, has ended. */
        void ended(ReplicaConnection connection, ConnectionEnd ending);

        /** Reports that the pause before the next preparation of live chains is over. */
        void mayPrepare(ReplicaConnection connection);

        /** Reports that the pause before the next connection attempt is over. */
        void pauseOver(RegisteredReplica replica);
    }

    Connections(Vertx vertx, RegistryLoop loop, RandomGenerator random, SchemaJudge schemas, Outcomes outcomes) {
        this.vertx = vertx;
        this.loop = loop;
        this.random = random;
        this.schemas = schemas;
        this.outcomes = outcomes;
    }

    /** Connects to a replica, within a time limit. */
    void connect(RegisteredReplica replica) {
        ReplicaConnection attempt = replica.attempt();
        Future<WorkerDescription> described = replica.replica()
                .connector()
                .connect(() -> loop.run(() -> end(attempt, new ConnectionEnd.Lost())))
                .compose(control -> {
                    attempt.connected(control);
                    return control.describe();
                });
        loop.within(LIMIT, described)
                .compose(schemas::judge)
                .onSuccess(description -> described(attempt, description))
                .onFailure(failure -> end(attempt, ending(failure)))
                .onComplete(_ -> replica.noteTried());
    }

    private void described(ReplicaConnection attempt, WorkerDescription description) {
        if (attempt.isCurrent()) {
            String refusal = Roster.refusal(attempt.replica().worker(), description);
            if (refusal == null) {
                attempt.described(description);
                outcomes.accepted(attempt);
            } else {
                outcomes.ended(attempt, new ConnectionEnd.Refused(refusal));
            }
        }
    }

    private static ConnectionEnd ending(Throwable failure) {
        String why = ConnectionEnd.messageOf(failure);
        return failure instanceof WorkerException known && known.kind() == WorkerException.Kind.INCOMPATIBLE
                ? new ConnectionEnd.RefusesKernel(why)
                : new ConnectionEnd.NotReached(why);
    }

    private void end(ReplicaConnection connection, ConnectionEnd ending) {
        if (connection.isCurrent()) {
            outcomes.ended(connection, ending);
        }
    }

    void pause(RegisteredReplica replica) {
        vertx.setTimer(replica.pause().nextMillis(random), _ -> outcomes.pauseOver(replica));
    }

    /** Schedules another preparation of live chains that an available replica failed to prepare. */
    void pauseInService(RegisteredReplica replica) {
        ReplicaConnection connection = replica.connection();
        if (connection != null && connection.beginPause()) {
            vertx.setTimer(replica.pause().nextMillis(random), _ -> {
                connection.endPause();
                if (connection.isCurrent()) {
                    outcomes.mayPrepare(connection);
                }
            });
        }
    }
}
