package io.policyengine.policies.content.graphqlprotection;

import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.Descriptor;
import io.policyengine.core.policy.Descriptor.Posture;
import io.policyengine.core.policy.Descriptor.Status;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.Family;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.PolicyFactory;

/** Creates the policy {@code graphqlProtection}. */
@Descriptor(
        name = "graphqlProtection",
        version = "1.0.0",
        family = Family.CONTENT,
        phases = Phase.REQUEST,
        requestBody = BodyNeed.BUFFERED,
        facts = {Fact.MAY_DENY, Fact.DECLARES_ALL_EFFECTS, Fact.JUDGES_CONTENT},
        codes = GraphqlCode.class,
        status = Status.BETA,
        posture = Posture.UNTRUSTED_CLIENTS)
public final class GraphqlProtectionFactory implements PolicyFactory<GraphqlProtectionParams> {
    @Override
    public Policy create(GraphqlProtectionParams params, PolicyEnvironment env) {
        return new GraphqlProtectionPolicy(params, AllowedOperations.of(params.operations()), env);
    }
}
