package io.policyengine.policies.rewrite;

import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.PolicyDescriptor;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.PolicyFactory;
import java.util.Set;

/** Makes {@code rewrite}. */
public final class RewriteFactory implements PolicyFactory<RewriteParams> {
    private static final PolicyDescriptor DESCRIPTOR = PolicyDescriptor.headersOnly(
            "rewrite",
            "1.0.0",
            "Changes path, query, method and authority of requests.",
            Set.of(Phase.REQUEST),
            Set.of());

    @Override
    public PolicyDescriptor descriptor() {
        return DESCRIPTOR;
    }

    @Override
    public Class<RewriteParams> paramsType() {
        return RewriteParams.class;
    }

    @Override
    public Policy create(RewriteParams params, PolicyEnvironment env) {
        return new RewritePolicy(RewritePlan.of(params));
    }
}
