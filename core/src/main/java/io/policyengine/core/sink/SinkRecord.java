package io.policyengine.core.sink;

import io.vertx.core.buffer.Buffer;
import java.time.Instant;

/**
 * One thing to keep. Immutable, as long as nobody writes to its bytes.
 *
 * @param id of the event: whoever gets two with the same one has got one twice
 * @param type of the event, such as {@code io.policyengine.audit}, as CloudEvents has it
 * @param time of the event
 * @param json one JSON object in UTF-8, on one line
 * @param isCloudEvent true if that object is a CloudEvent with these attributes already
 */
public record SinkRecord(String id, String type, Instant time, Buffer json, boolean isCloudEvent) {
    /** Bytes that a record takes beside its JSON, by estimate. */
    private static final int OVERHEAD = 256;

    /** The bytes of memory that it takes, by estimate. */
    public int size() {
        return json.length() + OVERHEAD;
    }

    /** Without what is recorded. */
    @Override
    public String toString() {
        return "SinkRecord[id=" + id + ", type=" + type + ", " + json.length() + " bytes]";
    }
}
