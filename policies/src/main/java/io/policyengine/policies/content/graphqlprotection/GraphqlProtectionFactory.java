package io.policyengine.policies.content.graphqlprotection;

import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.EndAccuracy;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.PolicyDescriptor;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.PolicyFactory;
import io.policyengine.core.policy.Standing;
import java.util.Set;

/** Makes {@code graphqlProtection}. */
@Standing(status = Standing.Status.BETA, posture = Standing.Posture.UNTRUSTED_CLIENTS)
public final class GraphqlProtectionFactory implements PolicyFactory<GraphqlProtectionParams> {
    private static final PolicyDescriptor DESCRIPTOR = new PolicyDescriptor(
            "graphqlProtection",
            "1.0.0",
            "Refuses GraphQL requests that are malformed, ask for too much, or are not among those that are allowed.",
            Set.of(Phase.REQUEST),
            BodyNeed.BUFFERED,
            BodyNeed.NONE,
            Set.of(Fact.MAY_DENY),
            EndAccuracy.NONE);

    @Override
    public PolicyDescriptor descriptor() {
        return DESCRIPTOR;
    }

    @Override
    public Class<GraphqlProtectionParams> paramsType() {
        return GraphqlProtectionParams.class;
    }

    @Override
    public Policy create(GraphqlProtectionParams params, PolicyEnvironment env) {
        return new GraphqlProtectionPolicy(params, AllowedOperations.of(params.operations()), env);
    }
}
