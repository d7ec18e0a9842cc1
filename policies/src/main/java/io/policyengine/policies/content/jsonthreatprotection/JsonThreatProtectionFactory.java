package io.policyengine.policies.content.jsonthreatprotection;

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

/** Makes {@code jsonThreatProtection}. */
@Standing(status = Standing.Status.BETA, posture = Standing.Posture.UNTRUSTED_CLIENTS_AND_UPSTREAMS)
public final class JsonThreatProtectionFactory implements PolicyFactory<JsonThreatProtectionParams> {
    private static final PolicyDescriptor DESCRIPTOR = new PolicyDescriptor(
            "jsonThreatProtection",
            "1.0.0",
            "Refuses JSON bodies that are malformed, or made to exhaust whoever reads them.",
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
    public Class<JsonThreatProtectionParams> paramsType() {
        return JsonThreatProtectionParams.class;
    }

    @Override
    public Policy create(JsonThreatProtectionParams params, PolicyEnvironment env) {
        return new JsonThreatProtectionPolicy(params, env);
    }
}
