package io.policyengine.policies.message.transformbody;

import io.policyengine.core.policy.BodyNeed;
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
import java.util.Objects;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** Creates the policy {@code transformBody}. */
@Descriptor(
        name = "transformBody",
        version = "1.0.0",
        family = Family.MESSAGE,
        summary = "Replaces a body, or changes it.",
        phases = {Phase.REQUEST, Phase.RESPONSE},
        requestBody = BodyNeed.BUFFERED_OR_STREAMING,
        responseBody = BodyNeed.BUFFERED_OR_STREAMING,
        facts = {Fact.MAY_DENY, Fact.DECLARES_ALL_EFFECTS, Fact.CHANGES_REQUEST},
        codes = TransformBodyCode.class,
        status = Status.BETA,
        posture = Posture.UNTRUSTED_CLIENTS_AND_UPSTREAMS)
public final class TransformBodyFactory implements PolicyFactory<TransformBodyParams> {
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
        EntryFacts declared = PolicyFactory.super.facts(params, phase);
        return TemplateFacts.of(
                hides(params) ? declared.with(Fact.MASKS_CONTENT) : declared,
                phase,
                Stream.of(body, replaced, set).flatMap(texts -> texts));
    }

    /**
     * Returns whether the changes may remove a part of the original body. Conversions, renames and moves count as
     * keeping all parts.
     */
    private static boolean hides(TransformBodyParams params) {
        TransformBodyParams.JsonChanges json = params.json();
        return params.body() != null
                || !params.replace().isEmpty()
                || (json != null
                        && !(json.remove().isEmpty()
                                && json.set().isEmpty()
                                && json.patch().stream().allMatch(TransformBodyFactory::keeps)));
    }

    private static boolean keeps(TransformBodyParams.PatchOperation operation) {
        return switch (operation.op()) {
            case TEST -> true;
            case ADD, REMOVE, REPLACE, MOVE, COPY -> false;
        };
    }

    private static Stream<String> values(TransformBodyParams.JsonChanges json) {
        Stream<JsonNode> patched = json.patch().stream()
                .map(TransformBodyParams.PatchOperation::value)
                .filter(Objects::nonNull);
        return Stream.concat(json.set().values().stream(), patched).flatMap(TransformBodyFactory::texts);
    }

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
