package io.policyengine.core.worker;

import io.policyengine.core.params.JudgedSchema;
import io.policyengine.core.policy.PolicyDescriptor;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A policy that a worker can run.
 *
 * @param paramsSchema JSON Schema of its parameters
 * @param judged the verdict on that schema; null until there is one
 */
public record DeclaredPolicy(
        PolicyDescriptor descriptor,
        JsonNode paramsSchema,
        @Nullable JudgedSchema judged) {
    /** Creates a policy whose schema has not been judged. */
    public DeclaredPolicy(PolicyDescriptor descriptor, JsonNode paramsSchema) {
        this(descriptor, paramsSchema, null);
    }

    public DeclaredPolicy judged(JudgedSchema verdict) {
        return new DeclaredPolicy(descriptor, paramsSchema, verdict);
    }
}
