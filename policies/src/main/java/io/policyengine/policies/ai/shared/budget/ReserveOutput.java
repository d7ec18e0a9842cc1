package io.policyengine.policies.ai.shared.budget;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.policyengine.core.params.Shape;
import tools.jackson.databind.JsonNode;

/** The output tokens to reserve, as written: a number, or {@code max_output_tokens}. */
@Shape("""
        {"anyOf": [{"type": "integer", "minimum": 1, "maximum": 100000000}, {"const": "max_output_tokens"}]}""")
public record ReserveOutput(@JsonValue JsonNode value) {
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public static ReserveOutput of(JsonNode json) {
        return new ReserveOutput(json);
    }

    /** Returns the number of output tokens to reserve; -1 for the request's own limit. */
    public long tokens() {
        return value.isNumber() ? value.longValue() : -1;
    }
}
