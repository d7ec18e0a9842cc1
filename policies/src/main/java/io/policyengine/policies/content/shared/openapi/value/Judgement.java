package io.policyengine.policies.content.shared.openapi.value;

import io.policyengine.policies.content.shared.jsonschema.BodySchema;
import io.policyengine.policies.content.shared.jsonschema.Violation;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** Validates the values that a text may represent against a schema; one valid value is enough. */
public final class Judgement {
    private Judgement() {}

    /** Returns the violations of the first value, or none if one of the values is valid. */
    public static List<Violation> of(BodySchema schema, List<JsonNode> values, Violations findings) {
        List<Violation> first = List.of();
        for (JsonNode value : values) {
            List<Violation> violations = schema.violations(value, findings.room());
            if (violations.isEmpty()) {
                return violations;
            }
            first = first.isEmpty() ? violations : first;
        }
        return first;
    }
}
