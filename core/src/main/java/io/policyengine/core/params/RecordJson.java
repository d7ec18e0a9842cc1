package io.policyengine.core.params;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Records as JSON, named as their schemas name them: snake case, durations in milliseconds, enums in lower case, no nulls. */
public final class RecordJson {
    private RecordJson() {}

    /** The record's components. */
    public static ObjectNode of(Record value) {
        return RecordMapper.JSON.valueToTree(value);
    }

    /** The JSON Schema of what {@link #of} yields. */
    public static JsonNode schema(Class<? extends Record> type) {
        return RecordSchemas.of(type);
    }
}
