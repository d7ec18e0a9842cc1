package io.policyengine.core.policy;

import io.policyengine.core.sink.SinkRecord;

/**
 * A destination of policies' records, defined in {@code worker_core.sinks} or in the parameters of an entry.
 * Thread-safe.
 *
 * <p>The queued bytes are bounded. A record is lost if the queue is full or the record cannot be delivered. Lost
 * records are counted by reason and logged at intervals; they never delay an exchange.
 */
public interface Sink {
    /** The name for metrics and messages. */
    String name();

    /**
     * Passes a record to the sink. Records of one thread are delivered in order. Never blocks.
     *
     * @return false if the record is lost, because the queue is full or the record is too large
     */
    boolean offer(SinkRecord record);
}
