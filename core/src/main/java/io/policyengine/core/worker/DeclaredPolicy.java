package io.policyengine.core.worker;

import io.policyengine.core.params.JudgedSchema;
import io.policyengine.core.policy.PolicyDescriptor;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A policy that a worker declares.
 *
 * @param paramsSchema JSON Schema of the policy's parameters
 * @param judged the result of checking the schema; null until it has been checked
 */
public record DeclaredPolicy(
        PolicyDescriptor descriptor,
        JsonNode paramsSchema,
        @Nullable JudgedSchema judged) {
    /** Creates a policy whose schema has not been checked. */
    public DeclaredPolicy(PolicyDescriptor descriptor, JsonNode paramsSchema) {
        this(descriptor, paramsSchema, null);
    }

    public DeclaredPolicy judged(JudgedSchema verdict) {
        return new DeclaredPolicy(descriptor, paramsSchema, verdict);
    }
}
