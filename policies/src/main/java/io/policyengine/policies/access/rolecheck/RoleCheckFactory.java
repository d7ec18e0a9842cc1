package io.policyengine.policies.access.rolecheck;

import io.policyengine.core.policy.Descriptor;
import io.policyengine.core.policy.Descriptor.Posture;
import io.policyengine.core.policy.Descriptor.Status;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.Family;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.PolicyFactory;

/** Creates the policy {@code roleCheck}. */
@Descriptor(
        name = "roleCheck",
        version = "1.0.0",
        family = Family.ACCESS,
        phases = Phase.REQUEST,
        facts = {
            Fact.NEEDS_IDENTITY,
            Fact.MAY_DENY,
            Fact.RESTRICTS_ACCESS,
            Fact.DECLARES_ALL_EFFECTS,
            Fact.REQUIRES_IDENTITY
        },
        codes = RoleCheckCode.class,
        status = Status.BETA,
        posture = Posture.UNTRUSTED_CLIENTS_AND_UPSTREAMS)
public final class RoleCheckFactory implements PolicyFactory<RoleCheckParams> {
    @Override
    public Policy create(RoleCheckParams params, PolicyEnvironment env) {
        return new RoleCheckPolicy(params, RolePlan.of(params));
    }
}
