package io.policyengine.core.params;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Converts records to JSON in the form that their schemas define: snake case, durations in milliseconds, enums in lower
 * case, without null values.
 */
public final class RecordJson {
    private RecordJson() {}

    /** Returns the record as a JSON object. */
    public static ObjectNode of(Record value) {
        return RecordMapper.JSON.valueToTree(value);
    }

    /** Returns the JSON Schema of the result of {@link #of}. */
    public static JsonNode schema(Class<? extends Record> type) {
        return RecordSchemas.of(type);
    }
}
