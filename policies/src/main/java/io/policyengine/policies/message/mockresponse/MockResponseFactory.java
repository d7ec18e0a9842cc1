package io.policyengine.policies.message.mockresponse;

import io.policyengine.core.policy.EntryFacts;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.PolicyDescriptor;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.PolicyFactory;
import io.policyengine.core.policy.Standing;
import io.policyengine.policies.shared.template.TemplateFacts;
import java.util.Set;
import java.util.stream.Stream;

/** Makes {@code mockResponse}. */
@Standing(status = Standing.Status.STABLE, posture = Standing.Posture.UNTRUSTED_CLIENTS_AND_UPSTREAMS)
public final class MockResponseFactory implements PolicyFactory<MockResponseParams> {
    private static final PolicyDescriptor DESCRIPTOR = PolicyDescriptor.headersOnly(
            "mockResponse",
            "1.0.0",
            "Answers in place of the upstream.",
            Set.of(Phase.REQUEST, Phase.RESPONSE),
            Set.of(Fact.MAY_DENY, Fact.ALWAYS_ANSWERS));

    @Override
    public PolicyDescriptor descriptor() {
        return DESCRIPTOR;
    }

    @Override
    public Class<MockResponseParams> paramsType() {
        return MockResponseParams.class;
    }

    @Override
    public EntryFacts facts(MockResponseParams params, Phase phase) {
        return TemplateFacts.of(
                EntryFacts.of(DESCRIPTOR.facts()),
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
