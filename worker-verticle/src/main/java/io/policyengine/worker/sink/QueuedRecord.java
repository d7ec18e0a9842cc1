package io.policyengine.worker.sink;

import io.policyengine.core.sink.SinkRecord;

/** A record that waits, and how it is to be written. */
record QueuedRecord(SinkRecord record, Settings settings) {
    int size() {
        return record.size();
    }
}
