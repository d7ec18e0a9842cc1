package io.policyengine.core.worker;

import io.policyengine.core.policy.PolicyDescriptor;
import tools.jackson.databind.JsonNode;

/**
 * A policy that a worker can run.
 *
 * @param paramsSchema JSON Schema of its parameters
 */
public record DeclaredPolicy(PolicyDescriptor descriptor, JsonNode paramsSchema) {}
