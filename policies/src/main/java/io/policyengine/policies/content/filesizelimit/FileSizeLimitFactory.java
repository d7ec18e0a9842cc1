package io.policyengine.policies.content.filesizelimit;

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

/** Creates the policy {@code fileSizeLimit}. */
@Descriptor(
        name = "fileSizeLimit",
        version = "1.0.0",
        family = Family.CONTENT,
        summary = "Refuses bodies that are too large.",
        phases = {Phase.REQUEST, Phase.RESPONSE},
        requestBody = BodyNeed.BUFFERED_OR_STREAMING,
        responseBody = BodyNeed.BUFFERED_OR_STREAMING,
        facts = {Fact.MAY_DENY, Fact.DECLARES_ALL_EFFECTS, Fact.JUDGES_CONTENT},
        codes = FileSizeCode.class,
        status = Status.STABLE,
        posture = Posture.UNTRUSTED_CLIENTS_AND_UPSTREAMS)
public final class FileSizeLimitFactory implements PolicyFactory<FileSizeLimitParams> {
    @Override
    public Policy create(FileSizeLimitParams params, PolicyEnvironment env) {
        return new FileSizeLimitPolicy(SizeLimits.of(params), params.denialFormat());
    }
}
