package io.policyengine.policies.content.shared.openapi.value;

import java.util.List;
import tools.jackson.databind.JsonNode;

/** The result of reading a parameter. */
public sealed interface Reading {
    /** A missing parameter. */
    Reading ABSENT = new Absent();

    /**
     * A present parameter.
     *
     * @param values the interpretations that are possible, the likeliest first; never empty
     */
    record Value(List<JsonNode> values) implements Reading {
        public Value {
            values = List.copyOf(values);
        }

        /** Returns the reading of a present parameter that has only one interpretation. */
        public static Value of(JsonNode value) {
            return new Value(List.of(value));
        }
    }

    /** A missing parameter. */
    record Absent() implements Reading {}

    /**
     * A parameter that is not written in its style.
     *
     * @param reason for users
     */
    record Malformed(String reason) implements Reading {}
}
