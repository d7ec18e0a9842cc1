package io.policyengine.policies.content.shared.openapi.value;

import io.policyengine.policies.content.shared.jsonschema.BodySchema;
import io.policyengine.policies.content.shared.jsonschema.Violation;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** Validates the values that a text may represent. The text is valid if at least one value conforms to the schema. */
public final class Judgement {
    private Judgement() {}

    /** Returns an empty list if at least one value is valid; otherwise the violations of the first value. */
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
