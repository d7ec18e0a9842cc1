package io.policyengine.policies.content.xmlthreatprotection;

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

/** Makes {@code xmlThreatProtection}. */
@Standing(status = Standing.Status.BETA, posture = Standing.Posture.UNTRUSTED_CLIENTS_AND_UPSTREAMS)
public final class XmlThreatProtectionFactory implements PolicyFactory<XmlThreatProtectionParams> {
    private static final PolicyDescriptor DESCRIPTOR = new PolicyDescriptor(
            "xmlThreatProtection",
            "1.0.0",
            "Refuses XML bodies that are malformed, or made to exhaust whoever reads them.",
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
    public Class<XmlThreatProtectionParams> paramsType() {
        return XmlThreatProtectionParams.class;
    }

    @Override
    public Policy create(XmlThreatProtectionParams params, PolicyEnvironment env) {
        return new XmlThreatProtectionPolicy(params, env);
    }
}
