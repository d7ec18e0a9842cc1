package io.policyengine.core.config;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.policyengine.core.params.Shape;
import java.util.Locale;
import tools.jackson.databind.JsonNode;

/** The effect of an unavailable worker on the readiness of the kernel: {@code auto}, {@code true} or {@code false}. */
@Shape("""
        {"enum": ["auto", true, false]}""")
public enum Required {
    /** The kernel is not ready if more than half of its routes wait for workers. */
    AUTO,
    /** The kernel is not ready if a route waits for the worker. */
    TRUE,
    /** The kernel never waits for the worker. */
    FALSE;

    /** Converts a JSON boolean, or the string {@code auto}. */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public static Required of(JsonNode json) {
        if (json.isBoolean()) {
            return json.booleanValue() ? TRUE : FALSE;
        }
        return valueOf(json.stringValue().toUpperCase(Locale.ROOT));
    }

    /** Returns the value as it is written in JSON. */
    @JsonValue
    public Object written() {
        return switch (this) {
            case AUTO -> "auto";
            case TRUE -> true;
            case FALSE -> false;
        };
    }
}
