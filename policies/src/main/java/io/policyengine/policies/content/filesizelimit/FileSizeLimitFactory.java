package io.policyengine.policies.content.filesizelimit;

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

/** Makes {@code fileSizeLimit}. */
@Standing(status = Standing.Status.STABLE, posture = Standing.Posture.UNTRUSTED_CLIENTS_AND_UPSTREAMS)
public final class FileSizeLimitFactory implements PolicyFactory<FileSizeLimitParams> {
    private static final PolicyDescriptor DESCRIPTOR = new PolicyDescriptor(
            "fileSizeLimit",
            "1.0.0",
            "Refuses bodies that are too large.",
            Set.of(Phase.REQUEST, Phase.RESPONSE),
            BodyNeed.BUFFERED_OR_STREAMING,
            BodyNeed.BUFFERED_OR_STREAMING,
            Set.of(Fact.MAY_DENY),
            EndAccuracy.NONE);

    @Override
    public PolicyDescriptor descriptor() {
        return DESCRIPTOR;
    }

    @Override
    public Class<FileSizeLimitParams> paramsType() {
        return FileSizeLimitParams.class;
    }

    @Override
    public Policy create(FileSizeLimitParams params, PolicyEnvironment env) {
        return new FileSizeLimitPolicy(SizeLimits.of(params), params.denialFormat());
    }
}
