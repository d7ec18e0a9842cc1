package io.policyengine.worker.sink;

import io.policyengine.core.sink.SinkRecord;

/** A queued record with the settings for writing it. */
record QueuedRecord(SinkRecord record, Settings settings) {
    int size() {
        return record.size();
    }
}
