package io.policyengine.policies.message.transformbody;

import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.EndAccuracy;
import io.policyengine.core.policy.EntryFacts;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.PolicyDescriptor;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.PolicyFactory;
import io.policyengine.core.policy.Standing;
import io.policyengine.policies.shared.template.TemplateFacts;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** Makes {@code transformBody}. */
@Standing(status = Standing.Status.BETA, posture = Standing.Posture.UNTRUSTED_CLIENTS_AND_UPSTREAMS)
public final class TransformBodyFactory implements PolicyFactory<TransformBodyParams> {
    private static final PolicyDescriptor DESCRIPTOR = new PolicyDescriptor(
            "transformBody",
            "1.0.0",
            "Replaces a body, or changes it.",
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
    public Class<TransformBodyParams> paramsType() {
        return TransformBodyParams.class;
    }

    @Override
    public BodyNeed bodyNeed(TransformBodyParams params, Phase phase) {
        if (params.body() != null) {
            return BodyNeed.NONE;
        }
        boolean textsOnly = params.json() == null
                && !params.xmlToJson()
                && !params.jsonToXml()
                && params.replace().stream().allMatch(replacement -> replacement.pattern() == null);
        return textsOnly ? BodyNeed.BUFFERED_OR_STREAMING : BodyNeed.BUFFERED;
    }

    @Override
    public EntryFacts facts(TransformBodyParams params, Phase phase) {
        Stream<String> body = params.body() == null ? Stream.empty() : Stream.of(params.body());
        Stream<String> replaced = params.replace().stream().map(TransformBodyParams.Replacement::with);
        Stream<String> set = params.json() == null ? Stream.empty() : values(params.json());
        return TemplateFacts.of(
                EntryFacts.of(DESCRIPTOR.facts()),
                phase,
                Stream.of(body, replaced, set).flatMap(texts -> texts));
    }

    private static Stream<String> values(TransformBodyParams.JsonChanges json) {
        Stream<JsonNode> patched = json.patch().stream()
                .map(TransformBodyParams.PatchOperation::value)
                .filter(Objects::nonNull);
        return Stream.concat(json.set().values().stream(), patched).flatMap(TransformBodyFactory::texts);
    }

    /** The strings in a value, at any depth. */
    private static Stream<String> texts(JsonNode value) {
        return value.isString()
                ? Stream.of(value.stringValue())
                : value.valueStream().flatMap(TransformBodyFactory::texts);
    }

    @Override
    public Policy create(TransformBodyParams params, PolicyEnvironment env) {
        return new TransformBodyCompiler(params).compile(env);
    }
}
