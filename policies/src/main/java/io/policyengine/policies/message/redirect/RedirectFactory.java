package io.policyengine.policies.message.redirect;

import io.policyengine.core.policy.EntryFacts;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.InvalidParamsException;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.PolicyDescriptor;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.PolicyFactory;
import io.policyengine.core.policy.Standing;
import io.policyengine.policies.shared.template.TemplateFacts;
import java.util.Set;
import java.util.stream.Stream;

/** Makes {@code redirect}. */
@Standing(status = Standing.Status.STABLE, posture = Standing.Posture.UNTRUSTED_CLIENTS_AND_UPSTREAMS)
public final class RedirectFactory implements PolicyFactory<RedirectParams> {
    private static final PolicyDescriptor DESCRIPTOR = PolicyDescriptor.headersOnly(
            "redirect",
            "1.0.0",
            "Answers with a redirect.",
            Set.of(Phase.REQUEST),
            Set.of(Fact.MAY_DENY, Fact.ALWAYS_ANSWERS));

    @Override
    public PolicyDescriptor descriptor() {
        return DESCRIPTOR;
    }

    @Override
    public Class<RedirectParams> paramsType() {
        return RedirectParams.class;
    }

    @Override
    public EntryFacts facts(RedirectParams params, Phase phase) {
        return TemplateFacts.of(EntryFacts.of(DESCRIPTOR.facts()), phase, Stream.of(params.location()));
    }

    @Override
    public Policy create(RedirectParams params, PolicyEnvironment env) {
        try {
            return new RedirectPolicy(Location.parse(params.location()), params.status());
        } catch (IllegalArgumentException wrong) {
            throw new InvalidParamsException("/location", String.valueOf(wrong.getMessage()));
        }
    }
}
