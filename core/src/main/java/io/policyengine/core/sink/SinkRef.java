package io.policyengine.core.sink;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.policyengine.core.params.Shape;
import tools.jackson.databind.JsonNode;

/**
 * A sink as a parameter names it: by its name in {@code worker_core.sinks}, or written out as there. Two are equal if they say the same.
 *
 * @param json a string, or an object
 */
@Shape("""
        {"anyOf": [{"type": "string", "minLength": 1}, {"type": "object", "required": ["type"], "properties": {"type": \
        {"enum": ["stdout", "file", "http", "kafka"]}}}]}""")
public record SinkRef(@JsonValue JsonNode json) {
    /** A copy. */
    public SinkRef {
        json = json.deepCopy();
    }

    /** Converts JSON of this shape. */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public static SinkRef of(JsonNode json) {
        return new SinkRef(json);
    }

    /** True for a name. */
    public boolean isName() {
        return json.isString();
    }

    /** The name; empty for one that is written out. */
    public String name() {
        return json.asString("");
    }

    /** Without what is written out, which may hold secrets. */
    @Override
    public String toString() {
        return isName() ? name() : "an inline sink";
    }
}
