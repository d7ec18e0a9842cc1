package io.policyengine.policies.content.shared.openapi.value;

import java.util.List;
import tools.jackson.databind.JsonNode;

/** The result of reading a parameter. */
public sealed interface Reading {
    /** It is not there. */
    Reading ABSENT = new Absent();

    /**
     * It is there.
     *
     * @param values that it may stand for, the likeliest first; never empty
     */
    record Value(List<JsonNode> values) implements Reading {
        /** Copies. */
        public Value {
            values = List.copyOf(values);
        }

        /** The one value that it may stand for. */
        public static Value of(JsonNode value) {
            return new Value(List.of(value));
        }
    }

    /** It is not there. */
    record Absent() implements Reading {}

    /**
     * It is not written as its style says.
     *
     * @param reason for people
     */
    record Malformed(String reason) implements Reading {}
}
