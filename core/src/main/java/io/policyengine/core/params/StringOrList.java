package io.policyengine.core.params;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** A string or a non-empty list of strings, as in {@code append: {name: value}}. */
@Shape("""
        {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}, "minItems": 1}]}""")
public record StringOrList(@JsonValue List<String> values) {
    public StringOrList {
        values = List.copyOf(values);
    }

    /** Converts a JSON string or list of strings. */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public static StringOrList of(JsonNode json) {
        return new StringOrList(
                json.isArray() ? json.valueStream().map(JsonNode::stringValue).toList() : List.of(json.stringValue()));
    }
}
