package io.policyengine.policies.message.mockresponse;

import io.policyengine.core.policy.Descriptor;
import io.policyengine.core.policy.Descriptor.Posture;
import io.policyengine.core.policy.Descriptor.Status;
import io.policyengine.core.policy.EntryFacts;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.Family;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.PolicyFactory;
import io.policyengine.policies.shared.template.TemplateFacts;
import java.util.stream.Stream;

/** Creates the policy {@code mockResponse}. */
@Descriptor(
        name = "mockResponse",
        version = "1.0.0",
        family = Family.MESSAGE,
        summary = "Sends a configured response in place of the upstream's.",
        phases = {Phase.REQUEST, Phase.RESPONSE},
        facts = {Fact.MAY_DENY, Fact.ALWAYS_ANSWERS, Fact.DECLARES_ALL_EFFECTS},
        codes = MockCode.class,
        status = Status.STABLE,
        posture = Posture.UNTRUSTED_CLIENTS_AND_UPSTREAMS)
public final class MockResponseFactory implements PolicyFactory<MockResponseParams> {
    @Override
    public EntryFacts facts(MockResponseParams params, Phase phase) {
        return TemplateFacts.of(
                PolicyFactory.super.facts(params, phase),
                phase,
                Stream.concat(
                        Stream.of(params.body()),
                        params.headers().values().stream().flatMap(values -> values.values().stream())));
    }

    @Override
    public Policy create(MockResponseParams params, PolicyEnvironment env) {
        return new MockResponsePolicy(new MockAnswerCompiler().compile(params));
    }
}
