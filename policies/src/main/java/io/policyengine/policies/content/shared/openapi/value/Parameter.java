package io.policyengine.policies.content.shared.openapi.value;

import io.policyengine.policies.content.shared.jsonschema.BodySchema;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * A parameter of an operation, or a header of a response (OpenAPI 3.1.1 §4.8.12, §4.8.21).
 *
 * @param name in lower case for a header
 * @param explode whether each item of the value is written separately
 * @param isJson whether the value is JSON text, to which the style does not apply
 */
public record Parameter(
        String name,
        ParameterLocation in,
        Style style,
        boolean explode,
        Presence presence,
        boolean isJson,
        SchemaTypes shape,
        BodySchema schema) {
    /**
     * The rules for a parameter that is missing or empty.
     *
     * @param mayBeEmpty whether the parameter may occur without a value
     */
    public record Presence(boolean required, boolean mayBeEmpty) {}

    /** Validates the value that was read for the parameter, and adds violations. */
    public void judge(Reading reading, Violations findings) {
        switch (reading) {
            case Reading.Absent() -> {
                if (presence.required()) {
                    findings.isRequired(in.text(), name);
                }
            }
            case Reading.Malformed(String reason) -> findings.add(in.text(), name, "", reason);
            case Reading.Value(List<JsonNode> values) ->
                Judgement.of(schema, values, findings)
                        .forEach(violation -> findings.add(in.text(), name, violation.pointer(), violation.message()));
        }
    }
}
