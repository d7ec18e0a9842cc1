package io.policyengine.policies.traffic.shared.counting;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.policyengine.core.params.Shape;
import tools.jackson.databind.JsonNode;

/** A configured cost: a number, or an expression that yields one. */
@Shape("""
        {"anyOf": [{"type": "integer", "minimum": 0, "maximum": 1000000000}, {"type": "string", "minLength": 1}]}""")
public record CostParam(@JsonValue JsonNode value) {
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public static CostParam of(JsonNode json) {
        return new CostParam(json);
    }

    /** Returns the cost as an expression. A number is an expression, too. */
    public String expression() {
        return value.isString() ? value.stringValue() : value.toString();
    }
}
