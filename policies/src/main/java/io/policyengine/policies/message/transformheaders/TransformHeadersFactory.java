package io.policyengine.policies.message.transformheaders;

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
import io.policyengine.policies.shared.template.TemplateFacts;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Creates the policy {@code transformHeaders}. */
@Descriptor(
        name = "transformHeaders",
        version = "1.0.0",
        family = Family.MESSAGE,
        summary = "Sets, adds and removes header fields of requests or responses.",
        phases = {Phase.REQUEST, Phase.RESPONSE},
        facts = Fact.DECLARES_ALL_EFFECTS,
        status = Status.STABLE,
        posture = Posture.UNTRUSTED_CLIENTS_AND_UPSTREAMS)
public final class TransformHeadersFactory implements PolicyFactory<TransformHeadersParams> {
    @Override
    public EntryFacts facts(TransformHeadersParams params, Phase phase) {
        EntryFacts declared = PolicyFactory.super.facts(params, phase);
        EntryFacts facts = (params.append().isEmpty() ? declared : declared.with(Fact.CHANGES_REQUEST))
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
     * Returns the header fields whose templates read the client's identity. The engine removes these fields from client
     * requests, even if the policy does not run.
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
