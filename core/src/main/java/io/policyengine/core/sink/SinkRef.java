package io.policyengine.core.sink;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.policyengine.core.params.Shape;
import tools.jackson.databind.JsonNode;

/**
 * A parameter that refers to a sink: its name in {@code worker_core.sinks}, or an inline definition.
 *
 * @param json a string, or an object
 */
@Shape("""
        {"anyOf": [{"type": "string", "minLength": 1}, {"type": "object", "required": ["type"], "properties": {"type": \
        {"enum": ["stdout", "file", "http", "kafka"]}}}]}""")
public record SinkRef(@JsonValue JsonNode json) {
    public SinkRef {
        json = json.deepCopy();
    }

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public static SinkRef of(JsonNode json) {
        return new SinkRef(json);
    }

    /** True if the parameter names a sink, false if it defines one. */
    public boolean isName() {
        return json.isString();
    }

    /** The name; empty for an inline definition. */
    public String name() {
        return json.asString("");
    }

    /** Returns the name only, since a definition may hold secrets. */
    @Override
    public String toString() {
        return isName() ? name() : "an inline sink";
    }
}
