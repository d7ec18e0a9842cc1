package io.policyengine.core.metrics.merge;

import io.vertx.core.buffer.Buffer;

/**
 * The metrics of one replica of a worker, as the replica sent them.
 *
 * @param worker name of the worker
 * @param replica address of the replica
 * @param text metrics in Prometheus' text format; not trusted
 */
public record ReplicaMetrics(String worker, String replica, Buffer text) {
    /** Maximum bytes of the metrics of one replica. */
    public static final int MAX_BYTES = 4 << 20;
}
