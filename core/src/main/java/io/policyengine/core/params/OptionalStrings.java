package io.policyengine.core.params;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** A string or a list of strings. Unlike {@link StringOrList} it may be an empty list, which has its own meaning. */
@Shape("""
        {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}""")
public record OptionalStrings(@JsonValue List<String> values) {
    public OptionalStrings {
        values = List.copyOf(values);
    }

    /** Converts a JSON string or list of strings. */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public static OptionalStrings of(JsonNode json) {
        return new OptionalStrings(StringOrList.of(json).values());
    }
}
