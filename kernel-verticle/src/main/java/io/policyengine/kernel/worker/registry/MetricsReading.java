package io.policyengine.kernel.worker.registry;

import io.policyengine.core.metrics.merge.ReplicaMetrics;
import io.policyengine.core.worker.ProtocolVersion;
import io.vertx.core.Future;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The result of reading the metrics of one replica.
 *
 * @param worker name of the worker
 * @param replica address of the replica
 * @param metrics the metrics, not checked; null if there are none
 * @param failure the human-readable reason why the metrics could not be read, or null
 */
public record MetricsReading(
        String worker,
        String replica,
        @Nullable ReplicaMetrics metrics,
        @Nullable String failure) {
    /** Reads the metrics of the given replicas. The connection to each replica limits the time. Never fails. */
    static Future<List<MetricsReading>> of(RegistryLoop loop, List<RegisteredReplica> replicas) {
        List<Future<MetricsReading>> read =
                replicas.stream().map(replica -> of(loop, replica)).toList();
        return Future.join(read).map(_ -> read.stream().map(Future::result).toList());
    }

    private static Future<MetricsReading> of(RegistryLoop loop, RegisteredReplica replica) {
        ReplicaConnection connection = replica.connection();
        if (connection == null || !connection.isAccepted()) {
            return Future.succeededFuture(none(replica, "it is not connected"));
        }
        if (!connection.description().protocolVersion().knows(ProtocolVersion.METRICS)) {
            return Future.succeededFuture(none(replica, "its protocol is older than " + ProtocolVersion.METRICS));
        }
        return loop.here(connection.control().readMetrics())
                .map(text -> text.length() == 0
                        ? none(replica, null)
                        : new MetricsReading(
                                replica.worker(),
                                replica.address(),
                                new ReplicaMetrics(replica.worker(), replica.address(), text),
                                null))
                .otherwise(failure -> none(replica, String.valueOf(failure.getMessage())));
    }

    private static MetricsReading none(RegisteredReplica replica, @Nullable String failure) {
        return new MetricsReading(replica.worker(), replica.address(), null, failure);
    }
}
