package io.policyengine.policies.message.transformheaders;

import io.policyengine.core.policy.EntryFacts;
import io.policyengine.core.policy.HeaderUse;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.PolicyDescriptor;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.PolicyFactory;
import io.policyengine.core.policy.Standing;
import io.policyengine.policies.shared.template.TemplateFacts;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Makes {@code transformHeaders}. */
@Standing(status = Standing.Status.STABLE, posture = Standing.Posture.UNTRUSTED_CLIENTS_AND_UPSTREAMS)
public final class TransformHeadersFactory implements PolicyFactory<TransformHeadersParams> {
    private static final PolicyDescriptor DESCRIPTOR = PolicyDescriptor.headersOnly(
            "transformHeaders",
            "1.0.0",
            "Sets, adds and removes header fields of requests or responses.",
            Set.of(Phase.REQUEST, Phase.RESPONSE),
            Set.of());

    @Override
    public PolicyDescriptor descriptor() {
        return DESCRIPTOR;
    }

    @Override
    public Class<TransformHeadersParams> paramsType() {
        return TransformHeadersParams.class;
    }

    @Override
    public EntryFacts facts(TransformHeadersParams params, Phase phase) {
        EntryFacts facts = EntryFacts.of(DESCRIPTOR.facts())
                .with(HeaderUse.Action.SETS, params.set().keySet())
                .with(HeaderUse.Action.REMOVES, params.remove())
                .with(HeaderUse.Action.IDENTITY, phase == Phase.REQUEST ? namingTheClient(params) : List.of());
        return TemplateFacts.of(
                facts,
                phase,
                Stream.concat(
                        params.set().values().stream(),
                        params.append().values().stream().flatMap(values -> values.values().stream())));
    }

    /**
     * Returns the fields that carry the client's identity: only policies may set them, even where this one does not
     * run.
     */
    private static List<String> namingTheClient(TransformHeadersParams params) {
        Stream<String> set = params.set().entrySet().stream()
                .filter(field -> TemplateFacts.tellsIdentity(field.getValue()))
                .map(Map.Entry::getKey);
        Stream<String> appended = params.append().entrySet().stream()
                .filter(field -> field.getValue().values().stream().anyMatch(TemplateFacts::tellsIdentity))
                .map(Map.Entry::getKey);
        return Stream.concat(set, appended).toList();
    }

    @Override
    public Policy create(TransformHeadersParams params, PolicyEnvironment env) {
        return new TransformHeadersPolicy(HeaderPlan.of(params));
    }
}
