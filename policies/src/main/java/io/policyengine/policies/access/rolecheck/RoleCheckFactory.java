package io.policyengine.policies.access.rolecheck;

import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.PolicyDescriptor;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.PolicyFactory;
import io.policyengine.core.policy.Standing;
import java.util.Set;

/** Makes {@code roleCheck}. */
@Standing(status = Standing.Status.BETA, posture = Standing.Posture.UNTRUSTED_CLIENTS_AND_UPSTREAMS)
public final class RoleCheckFactory implements PolicyFactory<RoleCheckParams> {
    private static final PolicyDescriptor DESCRIPTOR = PolicyDescriptor.headersOnly(
            "roleCheck",
            "1.0.0",
            "Lets a request pass by the roles of its identity.",
            Set.of(Phase.REQUEST),
            Set.of(Fact.NEEDS_IDENTITY, Fact.MAY_DENY));

    @Override
    public PolicyDescriptor descriptor() {
        return DESCRIPTOR;
    }

    @Override
    public Class<RoleCheckParams> paramsType() {
        return RoleCheckParams.class;
    }

    @Override
    public Policy create(RoleCheckParams params, PolicyEnvironment env) {
        return new RoleCheckPolicy(params, RolePlan.of(params));
    }
}
