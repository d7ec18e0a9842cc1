package io.policyengine.core.sink;

import io.vertx.core.buffer.Buffer;
import java.time.Instant;

/**
 * A record for a sink, such as an audit event. Immutable, provided that its bytes are not modified.
 *
 * @param id id of the event; records with the same id are duplicates
 * @param type type of the event, such as {@code io.policyengine.audit}, as in CloudEvents
 * @param time time of the event
 * @param json one JSON object in UTF-8, on one line
 * @param isCloudEvent whether the JSON object is already a CloudEvent with these attributes
 */
public record SinkRecord(String id, String type, Instant time, Buffer json, boolean isCloudEvent) {
    /** Maximum bytes of a record's JSON. A sink discards a longer record, and counts it as lost. */
    public static final int MAX_BYTES = 1 << 20;

    /** Estimated bytes of a record in addition to its JSON. */
    private static final int OVERHEAD = 256;

    /** The estimated bytes of memory that the record occupies. */
    public int size() {
        return json.length() + OVERHEAD;
    }

    /** Returns a text without the record's content. */
    @Override
    public String toString() {
        return "SinkRecord[id=" + id + ", type=" + type + ", " + json.length() + " bytes]";
    }
}
