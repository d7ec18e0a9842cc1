package io.policyengine.policies.records.usagemetering;

import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.Descriptor;
import io.policyengine.core.policy.Descriptor.Posture;
import io.policyengine.core.policy.Descriptor.Status;
import io.policyengine.core.policy.EndAccuracy;
import io.policyengine.core.policy.EntryFacts;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.Family;
import io.policyengine.core.policy.InvalidParamsException;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.PolicyFactory;
import io.policyengine.core.policy.Sink;
import io.policyengine.policies.ai.shared.modelapi.FactsSource;
import java.util.Optional;

/** Creates the policy {@code usageMetering}. */
@Descriptor(
        name = "usageMetering",
        version = "1.0.0",
        family = Family.RECORDS,
        phases = {Phase.REQUEST, Phase.RESPONSE},
        responseBody = BodyNeed.BUFFERED_OR_STREAMING,
        facts = {Fact.USES_IDENTITY, Fact.DECLARES_ALL_EFFECTS},
        endAccuracy = EndAccuracy.STREAM,
        status = Status.BETA,
        posture = Posture.UNTRUSTED_CLIENTS_AND_UPSTREAMS)
public final class UsageMeteringFactory implements PolicyFactory<UsageMeteringParams> {
    @Override
    public BodyNeed bodyNeed(UsageMeteringParams params, Phase phase) {
        boolean isRead = params.readsResponse() && params.facts() != FactsSource.ENVOY;
        return phase == Phase.RESPONSE && isRead ? BodyNeed.BUFFERED_OR_STREAMING : BodyNeed.NONE;
    }

    @Override
    public EntryFacts facts(UsageMeteringParams params, Phase phase) {
        EntryFacts declared = PolicyFactory.super.facts(params, phase);
        EntryFacts facts = phase == Phase.RESPONSE && params.readsResponse()
                ? declared.with(params.facts().ofUsage())
                : declared;
        return params.doesWithoutBody() ? facts.with(Fact.DOES_WITHOUT_BODY) : facts;
    }

    @Override
    public Policy create(UsageMeteringParams params, PolicyEnvironment env) {
        Sampling sampling = env.sharedState("sampling", "", () -> new Sampling(env.randomLong()));
        return new UsageMeteringPolicy(
                params, sink(params, env), new UsageEvent(env.route(), params.reported()), sampling, env);
    }

    private static Sink sink(UsageMeteringParams params, PolicyEnvironment env) {
        try {
            return env.sink(params.sink(), Optional.empty());
        } catch (InvalidParamsException unusable) {
            throw unusable.at("/sink");
        }
    }
}
