package io.policyengine.policies.transformheaders;

import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.PolicyDescriptor;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.PolicyFactory;
import java.util.Set;

/** Makes {@code transformHeaders}. */
public final class TransformHeadersFactory implements PolicyFactory<TransformHeadersParams> {
    private static final PolicyDescriptor DESCRIPTOR = PolicyDescriptor.headersOnly(
            "transformHeaders",
            "1.0.0",
            "Sets, adds and removes header fields of requests or responses.",
            Set.of(Phase.REQUEST, Phase.RESPONSE),
            Set.of());

    @Override
    public PolicyDescriptor descriptor() {
        return DESCRIPTOR;
    }

    @Override
    public Class<TransformHeadersParams> paramsType() {
        return TransformHeadersParams.class;
    }

    @Override
    public Policy create(TransformHeadersParams params, PolicyEnvironment env) {
        return new TransformHeadersPolicy(HeaderPlan.of(params));
    }
}
