package io.policyengine.kernel.worker.registry;

import io.policyengine.core.worker.PolicyQuestion;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;

/** An operator's question on its way to the replicas of a worker. Bounded in time; what a replica may answer is bounded by its control. */
final class ReplicaInquiry {
    /** The time that policies have to answer. */
    private static final Duration ANSWERS = Duration.ofSeconds(5);

    private ReplicaInquiry() {}

    /** The answers of all these replicas; one that does not answer says so. */
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
