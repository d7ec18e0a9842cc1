package io.policyengine.core.policy;

import io.policyengine.core.sink.SinkRecord;

/**
 * A destination of policies' records: one of {@code worker_core.sinks}, or defined where it is used. Thread-safe.
 *
 * <p>Queued bytes are bounded. A record that finds no room or cannot be delivered is lost: counted by reason, logged at
 * intervals, and never delaying an exchange.
 */
public interface Sink {
    /** The name for metrics and messages. */
    String name();

    /**
     * Passes a record to the sink, which delivers the records of one thread in order. Never blocks.
     *
     * @return false if the record is lost: there is no room, or it is too large
     */
    boolean offer(SinkRecord record);
}
