package io.policyengine.kernel.worker.registry;

import io.policyengine.core.worker.PolicyQuestion;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;

/**
 * Sends an operator's question to the replicas of a worker, within a time limit. Each replica's connection limits the
 * size of its answer.
 */
final class ReplicaInquiry {
    /** The time limit within which policies must answer. */
    private static final Duration ANSWERS = Duration.ofSeconds(5);

    private ReplicaInquiry() {}

    /** Returns the answer of each replica, or the reason why it did not answer. */
    static Future<List<ReplicaAnswer>> ask(
            RegistryLoop loop, List<ReplicaConnection> connections, PolicyQuestion question) {
        List<Future<ReplicaAnswer>> asked = connections.stream()
                .map(connection -> ask(loop, connection, question))
                .toList();
        return Future.join(asked).map(_ -> asked.stream().map(Future::result).toList());
    }

    private static Future<ReplicaAnswer> ask(RegistryLoop loop, ReplicaConnection connection, PolicyQuestion question) {
        RegisteredReplica replica = connection.replica();
        return loop.within(ANSWERS, connection.control().ask(question))
                .map(answers -> new ReplicaAnswer(replica.worker(), replica.address(), answers, null))
                .otherwise(failure -> new ReplicaAnswer(
                        replica.worker(), replica.address(), List.of(), String.valueOf(failure.getMessage())));
    }
}
