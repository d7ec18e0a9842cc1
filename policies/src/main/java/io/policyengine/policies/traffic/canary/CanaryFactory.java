package io.policyengine.policies.traffic.canary;

import io.policyengine.core.policy.EntryFacts;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.HeaderUse;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.PolicyDescriptor;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.PolicyFactory;
import io.policyengine.core.policy.Standing;
import io.policyengine.policies.shared.clientkey.KeySource;
import java.util.List;
import java.util.Set;

/** Makes {@code canary}. */
@Standing(status = Standing.Status.BETA, posture = Standing.Posture.UNTRUSTED_CLIENTS_AND_UPSTREAMS)
public final class CanaryFactory implements PolicyFactory<CanaryParams> {
    private static final PolicyDescriptor DESCRIPTOR = PolicyDescriptor.headersOnly(
            "canary",
            "1.0.0",
            "Sends a share of the requests to another version of the upstream.",
            Set.of(Phase.REQUEST),
            Set.of(Fact.REROUTES));

    @Override
    public PolicyDescriptor descriptor() {
        return DESCRIPTOR;
    }

    @Override
    public Class<CanaryParams> paramsType() {
        return CanaryParams.class;
    }

    @Override
    public EntryFacts facts(CanaryParams params, Phase phase) {
        EntryFacts facts = EntryFacts.of(DESCRIPTOR.facts())
                .with(HeaderUse.Action.SETS, CanaryPlan.alwaysSet(params))
                .with(HeaderUse.Action.REMOVES, CanaryPlan.removed(params));
        if (params.overrideHeader() != null) {
            facts = facts.with(HeaderUse.Action.READS, List.of(params.overrideHeader()));
        }
        return params.key() == null ? facts : KeySource.parse(params.key()).facts(facts);
    }

    @Override
    public Policy create(CanaryParams params, PolicyEnvironment env) {
        CanaryPlan plan = CanaryPlan.of(params);
        KeySource keys = params.key() == null ? null : KeySource.parse(params.key());
        return new CanaryPolicy(plan, new Arms(params.arms(), params.salt()), keys, params.overrideHeader(), env);
    }
}
