package io.policyengine.core.policy;

import io.policyengine.core.sink.SinkRecord;

/**
 * A place for the records that policies keep: of {@code worker_core.sinks} by its name, or written out where it is used. Thread-safe.
 *
 * <p>What waits is bounded in bytes. A record that finds no room, or cannot be delivered, is lost: that is counted by reason, logged at
 * intervals, and never holds up an exchange.
 */
public interface Sink {
    /** The name for metrics and messages. */
    String name();

    /**
     * Gives a record to the sink, which delivers it in the order of the calls of one thread. Never blocks and never waits.
     *
     * @return false if it is lost, since there is no room or it is too large
     */
    boolean offer(SinkRecord record);
}
