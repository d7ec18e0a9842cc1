package io.policyengine.policies.hmacsignature;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.instruction.Instructions;
import io.policyengine.core.instruction.RemoveHeader;
import io.policyengine.core.instruction.RequestInstruction;
import io.policyengine.core.params.ParamProblem;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.EndAccuracy;
import io.policyengine.core.policy.EntryFacts;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.HeaderUse;
import io.policyengine.core.policy.InvalidParamsException;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.PolicyDescriptor;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.PolicyFactory;
import io.policyengine.core.policy.Standing;
import io.policyengine.policies.hmacsignature.HmacSignatureParams.HeaderNames;
import io.policyengine.policies.hmacsignature.HmacSignatureParams.NonceUse;
import io.policyengine.policies.hmacsignature.HmacSignatureParams.Scheme;
import io.policyengine.policies.identity.IdentityHeaders;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Makes {@code hmacSignature}. */
@Standing(status = Standing.Status.BETA, posture = Standing.Posture.UNTRUSTED_CLIENTS_AND_UPSTREAMS)
public final class HmacSignatureFactory implements PolicyFactory<HmacSignatureParams> {
    private static final PolicyDescriptor DESCRIPTOR = new PolicyDescriptor(
            "hmacSignature",
            "1.0.0",
            "Authenticates by a signature of the request (RFC 9421, or an HMAC in header fields).",
            Set.of(Phase.REQUEST),
            BodyNeed.BUFFERED,
            BodyNeed.NONE,
            Set.of(Fact.PROVIDES_IDENTITY, Fact.MAY_DENY),
            EndAccuracy.NONE);

    @Override
    public PolicyDescriptor descriptor() {
        return DESCRIPTOR;
    }

    @Override
    public Class<HmacSignatureParams> paramsType() {
        return HmacSignatureParams.class;
    }

    @Override
    public BodyNeed bodyNeed(HmacSignatureParams params, Phase phase) {
        return phase == Phase.REQUEST && comparesBody(params) ? BodyNeed.BUFFERED : BodyNeed.NONE;
    }

    private static boolean comparesBody(HmacSignatureParams params) {
        return components(params.components(), new ArrayList<>()).stream()
                .anyMatch(component -> component.name().equals(Component.CONTENT_DIGEST));
    }

    @Override
    public EntryFacts facts(HmacSignatureParams params, Phase phase) {
        List<String> read = Stream.concat(
                        components(params.components(), new ArrayList<>()).stream()
                                .filter(Component::isField)
                                .map(Component::name),
                        switch (params.scheme()) {
                            case HTTP_MESSAGE_SIGNATURES -> Stream.of("signature", "signature-input");
                            case HMAC_HEADERS -> names(params.headers());
                        })
                .toList();
        EntryFacts facts = EntryFacts.of(DESCRIPTOR.facts())
                .with(HeaderUse.Action.READS, read)
                .with(HeaderUse.Action.IDENTITY, IdentityHeaders.ALL);
        return params.required()
                ? facts.with(Fact.DENIES_ANONYMOUS).with(HeaderUse.Action.SETS, List.of(IdentityHeaders.USER_ID))
                : facts;
    }

    @Override
    public Policy create(HmacSignatureParams params, PolicyEnvironment env) {
        List<ParamProblem> problems = new ArrayList<>();
        KeyTable keys = KeyTable.of(params.keys(), problems);
        List<Component> components = components(params.components(), problems);
        checkScheme(params, keys, problems);
        if (params.keys().isEmpty()) {
            problems.add(new ParamProblem("/keys", "there are no keys"));
        }
        if (!problems.isEmpty()) {
            throw new InvalidParamsException(problems);
        }
        boolean inFields = params.scheme() == Scheme.HMAC_HEADERS;
        return new HmacSignaturePolicy(
                params.required(),
                comparesBody(params),
                inFields
                        ? new HeaderSignatureReader(params.headers(), components)
                        : new MessageSignatureReader(params.tag()),
                new SignatureRules(components, params.maxAgeS(), params.leewayS(), params.nonce() == NonceUse.REQUIRED),
                keys,
                keys.any(),
                params.nonce() == NonceUse.IGNORED ? null : nonces(params, env),
                Denials.of(params.denialFormat(), inFields ? "HMAC-SHA256" : "Signature"),
                env);
    }

    /** The memory of nonces, which outlives a reload that leaves its bounds alone. */
    private static Nonces nonces(HmacSignatureParams params, PolicyEnvironment env) {
        Duration life = Duration.ofSeconds(params.maxAgeS() + 2L * params.leewayS() + 1);
        return env.state(
                "nonces", List.of(life, params.maxNonces()), () -> new Nonces(params.maxNonces(), life, env.ticker()));
    }

    private static List<Component> components(List<String> texts, List<ParamProblem> problems) {
        List<Component> components = new ArrayList<>();
        for (int i = 0; i < texts.size(); i++) {
            try {
                Component component = Component.parse(texts.get(i));
                if (components.contains(component)) {
                    problems.add(new ParamProblem("/components/" + i, "listed twice"));
                }
                components.add(component);
            } catch (IllegalArgumentException wrong) {
                problems.add(new ParamProblem("/components/" + i, String.valueOf(wrong.getMessage())));
            }
        }
        return List.copyOf(components);
    }

    private static void checkScheme(HmacSignatureParams params, KeyTable keys, List<ParamProblem> problems) {
        if (params.scheme() == Scheme.HTTP_MESSAGE_SIGNATURES) {
            return;
        }
        if (keys.keys().values().stream().anyMatch(key -> key.algorithm() != SignatureAlgorithm.HMAC_SHA256)) {
            problems.add(new ParamProblem("/keys", "hmac_headers takes secrets only"));
        }
        if (params.tag() != null) {
            problems.add(new ParamProblem("/tag", "hmac_headers has no tags"));
        }
        List<String> names = names(params.headers()).toList();
        if (names.stream().distinct().count() < names.size()) {
            problems.add(new ParamProblem("/headers", "each field needs a name of its own"));
        }
        for (String name : names) {
            RequestInstruction removal = new RemoveHeader(name);
            String illegal = Instructions.check(removal);
            if (illegal != null) {
                problems.add(new ParamProblem("/headers", illegal));
            }
        }
    }

    private static Stream<String> names(HeaderNames headers) {
        return Stream.of(headers.keyId(), headers.timestamp(), headers.nonce(), headers.signature())
                .map(HeaderMap::lowerCase);
    }
}
