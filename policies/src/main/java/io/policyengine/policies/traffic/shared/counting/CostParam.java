package io.policyengine.policies.traffic.shared.counting;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.policyengine.core.params.Shape;
import tools.jackson.databind.JsonNode;

/** The configured cost of a request: a number, or an expression with a number as its value. */
@Shape("""
        {"anyOf": [{"type": "integer", "minimum": 0, "maximum": 1000000000}, {"type": "string", "minLength": 1}]}""")
public record CostParam(@JsonValue JsonNode value) {
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public static CostParam of(JsonNode json) {
        return new CostParam(json);
    }

    /** Returns the cost as a CEL expression; a number is also such an expression. */
    public String expression() {
        return value.isString() ? value.stringValue() : value.toString();
    }
}
