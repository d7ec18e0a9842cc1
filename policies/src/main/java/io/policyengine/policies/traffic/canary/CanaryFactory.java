package io.policyengine.policies.traffic.canary;

import io.policyengine.core.policy.Descriptor;
import io.policyengine.core.policy.Descriptor.Posture;
import io.policyengine.core.policy.Descriptor.Status;
import io.policyengine.core.policy.EntryFacts;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.Family;
import io.policyengine.core.policy.HeaderUse;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.PolicyFactory;
import io.policyengine.policies.shared.clientkey.ClientKey;
import java.util.List;

/** Creates the policy {@code canary}. */
@Descriptor(
        name = "canary",
        version = "1.0.0",
        family = Family.TRAFFIC,
        summary = "Sends a share of the requests to another version of the upstream.",
        phases = Phase.REQUEST,
        facts = {Fact.REROUTES, Fact.DECLARES_ALL_EFFECTS, Fact.CHANGES_REQUEST},
        status = Status.BETA,
        posture = Posture.UNTRUSTED_CLIENTS_AND_UPSTREAMS)
public final class CanaryFactory implements PolicyFactory<CanaryParams> {
    @Override
    public EntryFacts facts(CanaryParams params, Phase phase) {
        EntryFacts facts = PolicyFactory.super
                .facts(params, phase)
                .with(HeaderUse.Action.SETS, CanaryPlan.alwaysSet(params))
                .with(HeaderUse.Action.REMOVES, CanaryPlan.removed(params));
        if (params.overrideHeader() != null) {
            facts = facts.with(HeaderUse.Action.READS, List.of(params.overrideHeader()));
        }
        return params.key() == null ? facts : ClientKey.parse(params.key()).facts(facts);
    }

    @Override
    public Policy create(CanaryParams params, PolicyEnvironment env) {
        CanaryPlan plan = CanaryPlan.of(params);
        ClientKey keys = params.key() == null ? null : ClientKey.parse(params.key());
        return new CanaryPolicy(plan, new Arms(params.arms(), params.salt()), keys, params.overrideHeader(), env);
    }
}
