package io.policyengine.policies.message.redirect;

import io.policyengine.core.policy.Descriptor;
import io.policyengine.core.policy.Descriptor.Posture;
import io.policyengine.core.policy.Descriptor.Status;
import io.policyengine.core.policy.EntryFacts;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.Family;
import io.policyengine.core.policy.InvalidParamsException;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.PolicyFactory;
import io.policyengine.policies.shared.template.TemplateFacts;
import java.util.stream.Stream;

/** Creates the policy {@code redirect}. */
@Descriptor(
        name = "redirect",
        version = "1.0.0",
        family = Family.MESSAGE,
        phases = Phase.REQUEST,
        facts = {Fact.MAY_DENY, Fact.ALWAYS_ANSWERS, Fact.DECLARES_ALL_EFFECTS},
        codes = RedirectCode.class,
        status = Status.STABLE,
        posture = Posture.UNTRUSTED_CLIENTS_AND_UPSTREAMS)
public final class RedirectFactory implements PolicyFactory<RedirectParams> {
    @Override
    public EntryFacts facts(RedirectParams params, Phase phase) {
        return TemplateFacts.of(PolicyFactory.super.facts(params, phase), phase, Stream.of(params.location()));
    }

    @Override
    public Policy create(RedirectParams params, PolicyEnvironment env) {
        try {
            return new RedirectPolicy(RedirectTarget.parse(params.location()), params.status());
        } catch (IllegalArgumentException wrong) {
            throw new InvalidParamsException("/location", String.valueOf(wrong.getMessage()));
        }
    }
}
