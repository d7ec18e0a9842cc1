package io.policyengine.admin.view;

import io.policyengine.core.params.Doc;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.Family;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.PolicyDescriptor;
import io.policyengine.core.worker.DeclaredPolicy;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** A policy that a worker declares. */
@Doc("A policy that a worker declares.")
public record PolicyView(
        @Doc("The name that chains use.") String name,
        @Doc("The worker that owns the policy.") String worker,
        @Doc("The policy's version.") String version,

        @Doc("The policy's family: what the policy does for a request.")
        Family family,

        @Doc("The policy's description.") String description,
        @Doc("The phases in which the policy can run.") List<Phase> phases,

        @Doc("How much of request bodies the policy needs at most.")
        BodyNeed requestBody,

        @Doc("How much of response bodies the policy needs at most.")
        BodyNeed responseBody,

        @Doc("Number of routes that use the policy.") long routes,
        @Doc("JSON Schema of the policy's parameters.") JsonNode params) {
    /** The list of all policies. */
    @Doc("All policies, by name.")
    public record All(List<PolicyView> policies) {}

    public static PolicyView of(String worker, DeclaredPolicy policy, long routes) {
        PolicyDescriptor descriptor = policy.descriptor();
        return new PolicyView(
                descriptor.name(),
                worker,
                descriptor.version(),
                descriptor.family(),
                descriptor.description(),
                descriptor.phases().stream().sorted().toList(),
                descriptor.requestBody(),
                descriptor.responseBody(),
                routes,
                policy.paramsSchema());
    }
}
