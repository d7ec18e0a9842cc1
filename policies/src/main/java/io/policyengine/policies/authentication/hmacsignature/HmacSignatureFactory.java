package io.policyengine.policies.authentication.hmacsignature;

import io.policyengine.core.callout.TargetUrl;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.instruction.Instructions;
import io.policyengine.core.instruction.RemoveHeader;
import io.policyengine.core.instruction.RequestInstruction;
import io.policyengine.core.lookup.Lookup;
import io.policyengine.core.lookup.LookupOptions;
import io.policyengine.core.lookup.StaleUse;
import io.policyengine.core.params.ParamProblem;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.Descriptor;
import io.policyengine.core.policy.Descriptor.Posture;
import io.policyengine.core.policy.Descriptor.Status;
import io.policyengine.core.policy.EntryFacts;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.Family;
import io.policyengine.core.policy.HeaderUse;
import io.policyengine.core.policy.InvalidParamsException;
import io.policyengine.core.policy.Leniency;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.PolicyFactory;
import io.policyengine.core.policy.Target;
import io.policyengine.policies.authentication.hmacsignature.HmacSignatureParams.HeaderNames;
import io.policyengine.policies.authentication.hmacsignature.HmacSignatureParams.NonceUse;
import io.policyengine.policies.authentication.hmacsignature.HmacSignatureParams.Scheme;
import io.policyengine.policies.authentication.hmacsignature.component.SignatureComponent;
import io.policyengine.policies.authentication.shared.identity.IdentityHeaders;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Creates the policy {@code hmacSignature}. */
@Descriptor(
        name = "hmacSignature",
        version = "1.0.0",
        family = Family.AUTHENTICATION,
        phases = Phase.REQUEST,
        requestBody = BodyNeed.BUFFERED,
        facts = {Fact.PROVIDES_IDENTITY, Fact.MAY_DENY, Fact.DECLARES_ALL_EFFECTS},
        codes = SignatureCode.class,
        status = Status.BETA,
        posture = Posture.UNTRUSTED_CLIENTS_AND_UPSTREAMS)
public final class HmacSignatureFactory implements PolicyFactory<HmacSignatureParams> {
    /** Hosts for which plain http is as safe as https. */
    private static final Set<String> LOOPBACK = Set.of("127.0.0.1", "::1", "localhost");

    @Override
    public BodyNeed bodyNeed(HmacSignatureParams params, Phase phase) {
        return phase == Phase.REQUEST && comparesBody(params) ? BodyNeed.BUFFERED : BodyNeed.NONE;
    }

    private static boolean comparesBody(HmacSignatureParams params) {
        return components(params.components().values(), "", new ArrayList<>()).stream()
                .anyMatch(component -> component.name().equals(SignatureComponent.CONTENT_DIGEST));
    }

    @Override
    public EntryFacts facts(HmacSignatureParams params, Phase phase) {
        List<String> read = Stream.concat(
                        components(params.components().values(), "", new ArrayList<>()).stream()
                                .filter(SignatureComponent::isField)
                                .map(SignatureComponent::name),
                        switch (params.scheme()) {
                            case HTTP_MESSAGE_SIGNATURES ->
                                Stream.of("signature", "signature-input", "signature-agent");
                            case HMAC_HEADERS -> names(params.headers());
                        })
                .toList();
        EntryFacts declared = PolicyFactory.super.facts(params, phase);
        EntryFacts facts = (params.directory() == null ? declared : declared.with(Fact.HAS_DEPENDENCY))
                .with(HeaderUse.Action.READS, read)
                .with(HeaderUse.Action.IDENTITY, IdentityHeaders.ALL);
        if (!comparesBody(params)) {
            facts = facts.with(Fact.LEAVES_BODY_UNSIGNED);
        }
        if (params.nonce() != NonceUse.IGNORED) {
            facts = facts.with(Fact.RELIES_ON_LOCAL_STATE);
        }
        return params.required()
                ? facts.with(Fact.DENIES_ANONYMOUS).with(HeaderUse.Action.SETS, List.of(IdentityHeaders.USER_ID))
                : facts.passing(Leniency.Occasion.NO_CREDENTIALS, "/required");
    }

    @Override
    public Policy create(HmacSignatureParams params, PolicyEnvironment env) {
        List<ParamProblem> problems = new ArrayList<>();
        SignerKeyTable keys = SignerKeyTable.of(params.keys(), problems);
        List<SignatureComponent> components = components(params.components().values(), "/components", problems);
        checkScheme(params, keys, problems);
        if (params.keys().isEmpty() && params.directory() == null) {
            problems.add(new ParamProblem("/keys", "there are no keys: give keys or directory"));
        }
        Signers bots = params.directory() == null ? null : bots(params, params.directory(), env, problems);
        Nonces nonces = params.nonce() == NonceUse.IGNORED ? null : nonces(params, env);
        if (!problems.isEmpty()) {
            throw new InvalidParamsException(problems);
        }
        boolean inFields = params.scheme() == Scheme.HMAC_HEADERS;
        return new HmacSignaturePolicy(
                params.required(),
                comparesBody(params),
                inFields
                        ? new HeaderSignatureReader(params.headers(), components)
                        : new MessageSignatureReader(tags(params)),
                new Signers(rules(params, components), keys, keys.any()),
                bots,
                nonces,
                SignatureDenials.of(params.denialFormat(), inFields ? "HMAC-SHA256" : "Signature"),
                env);
    }

    private static SignatureRules rules(HmacSignatureParams params, List<SignatureComponent> required) {
        return new SignatureRules(required, params.maxAgeS(), params.leewayS(), params.nonce() == NonceUse.REQUIRED);
    }

    /** Returns the accepted tags; empty if any tag is accepted. */
    private static Set<String> tags(HmacSignatureParams params) {
        if (params.tag() == null) {
            return params.keys().isEmpty() ? Set.of(BotDirectories.TAG) : Set.of();
        }
        return params.directory() == null ? Set.of(params.tag()) : Set.of(params.tag(), BotDirectories.TAG);
    }

    private static Signers bots(
            HmacSignatureParams params,
            HmacSignatureParams.Directory directory,
            PolicyEnvironment env,
            List<ParamProblem> problems) {
        Map<String, Target> agents = new HashMap<>();
        List<String> origins = directory.agents().values();
        for (int i = 0; i < origins.size(); i++) {
            String pointer = "/directory/agents/" + i;
            try {
                TargetUrl url = TargetUrl.parse(origins.get(i));
                if (!url.path().equals("/") || (!url.tls() && !LOOPBACK.contains(url.host()))) {
                    problems.add(new ParamProblem(pointer, "an origin is expected: https://HOST, without a path"));
                } else {
                    agents.put(url.origin(), env.target(url.origin()));
                }
            } catch (IllegalArgumentException unusable) {
                problems.add(new ParamProblem(pointer, String.valueOf(unusable.getMessage())));
            }
        }
        List<SignatureComponent> required =
                components(directory.components().values(), "/directory/components", problems);
        Lookup<String, Map<String, SignerKey>> directories = env.state(
                "directories",
                List.of(directory.agents(), directory.refreshS()),
                () -> new Lookup<>(
                        LookupOptions.of(Math.max(1, agents.size()))
                                .withStale(StaleUse.ON_ANY_FAILURE)
                                .withKeptLoads(),
                        env.ticker(),
                        env.cacheMeter("directories")));
        return new Signers(
                rules(params, required),
                new BotDirectories(
                        Map.copyOf(agents),
                        Duration.ofSeconds(directory.refreshS()),
                        Duration.ofSeconds(directory.cooldownS()),
                        directories),
                null);
    }

    /**
     * Returns the table of nonces. All enforced entries of the worker share one table, whatever their bounds, so that
     * no reload forgets a nonce. Entries in shadow mode share another table.
     */
    private static Nonces nonces(HmacSignatureParams params, PolicyEnvironment env) {
        Nonces nonces = env.sharedCache(
                "nonces",
                env.isShadow() ? "shadow" : "",
                (long) params.maxNonces() * Nonces.BYTES_EACH,
                () -> new Nonces(params.maxNonces(), env.ticker()));
        nonces.keepFor(params.maxAgeS(), params.leewayS());
        return nonces;
    }

    private static List<SignatureComponent> components(
            List<String> texts, String pointer, List<ParamProblem> problems) {
        List<SignatureComponent> components = new ArrayList<>();
        for (int i = 0; i < texts.size(); i++) {
            try {
                SignatureComponent component = SignatureComponent.parse(texts.get(i));
                if (components.contains(component)) {
                    problems.add(new ParamProblem(pointer + "/" + i, "listed twice"));
                }
                components.add(component);
            } catch (IllegalArgumentException wrong) {
                problems.add(new ParamProblem(pointer + "/" + i, String.valueOf(wrong.getMessage())));
            }
        }
        return List.copyOf(components);
    }

    private static void checkScheme(HmacSignatureParams params, SignerKeyTable keys, List<ParamProblem> problems) {
        if (params.scheme() == Scheme.HTTP_MESSAGE_SIGNATURES) {
            return;
        }
        if (keys.keys().values().stream().anyMatch(key -> key.algorithm() != SignatureAlgorithm.HMAC_SHA256)) {
            problems.add(new ParamProblem(
                    "/keys", "the scheme hmac_headers accepts only secrets: give secret or " + "secret_base64"));
        }
        if (params.directory() != null) {
            problems.add(new ParamProblem(
                    "/directory", "the scheme hmac_headers does not support directories: remove " + "directory"));
        }
        if (params.tag() != null) {
            problems.add(new ParamProblem("/tag", "the scheme hmac_headers does not support tags: remove tag"));
        }
        List<String> names = names(params.headers()).toList();
        if (names.stream().distinct().count() < names.size()) {
            problems.add(new ParamProblem("/headers", "two fields have the same name: give each a different name"));
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
