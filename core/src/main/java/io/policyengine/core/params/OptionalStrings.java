package io.policyengine.core.params;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** One string or a list of strings, as {@link StringOrList}, but a list may be empty: where none at all has a meaning of its own. */
@Shape("""
        {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}""")
public record OptionalStrings(@JsonValue List<String> values) {
    /** A copy. */
    public OptionalStrings {
        values = List.copyOf(values);
    }

    /** From JSON that has the shape. */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public static OptionalStrings of(JsonNode json) {
        return new OptionalStrings(StringOrList.of(json).values());
    }
}
