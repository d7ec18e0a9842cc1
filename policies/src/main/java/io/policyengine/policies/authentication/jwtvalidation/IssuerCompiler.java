package io.policyengine.policies.authentication.jwtvalidation;

import io.policyengine.core.callout.TargetUrl;
import io.policyengine.core.params.ParamProblem;
import io.policyengine.core.params.StringOrList;
import io.policyengine.core.policy.InvalidParamsException;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.Target;
import io.policyengine.policies.authentication.shared.credential.TokenSources;
import io.policyengine.policies.authentication.shared.identity.IdentityHeaders;
import io.policyengine.policies.authentication.shared.jwt.ClaimFields;
import io.policyengine.policies.authentication.shared.jwt.JwsAlgorithm;
import io.policyengine.policies.authentication.shared.jwt.KeySet;
import io.policyengine.policies.authentication.shared.jwt.TokenIdentity;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Compiles the configured token issuers, and locates their keys. */
final class IssuerCompiler {
    private static final Set<JwsAlgorithm> USUAL =
            EnumSet.of(JwsAlgorithm.RS256, JwsAlgorithm.PS256, JwsAlgorithm.ES256, JwsAlgorithm.EDDSA);
    private static final KeySource NO_KEYS = new ConfiguredKeys.Fixed(KeySet.empty());
    private static final String BASE64URL = "base64url:";
    private static final int DEFAULT_LEEWAY = 30;

    private final JwtValidationParams params;
    private final TokenSources sources;
    private final PolicyEnvironment env;
    private final List<ParamProblem> problems;
    private final List<FetchedKeys> fetched = new ArrayList<>();

    IssuerCompiler(
            JwtValidationParams params, TokenSources sources, PolicyEnvironment env, List<ParamProblem> problems) {
        this.params = params;
        this.sources = sources;
        this.env = env;
        this.problems = problems;
    }

    /** Returns the issuers, and adds the problems found. If there are none, fetching of the issuers' keys starts. */
    List<Issuer> issuers() {
        List<Issuer> issuers = new ArrayList<>();
        TokenIdentity common = announcement();
        if (params.issuer() != null) {
            issuers.add(issuer(shortForm(params.issuer()), common, ""));
        } else if (params.audience() != null) {
            problem("/audience", "audience is permitted only with issuer; with issuers, give audiences in each");
        }
        Set<String> names = new HashSet<>();
        for (int i = 0; i < params.issuers().size(); i++) {
            IssuerParams entry = params.issuers().get(i);
            if (entry.issuer().equals(params.issuer()) || !names.add(entry.issuer())) {
                problem("/issuers/" + i + "/issuer", "the issuer is listed twice");
            }
            issuers.add(issuer(entry, common, "/issuers/" + i));
        }
        if (issuers.isEmpty()) {
            problem("", "there is no issuer: give issuer, or issuers");
        }
        if (problems.isEmpty()) {
            fetched.forEach(FetchedKeys::prefetch);
        }
        return issuers;
    }

    private IssuerParams shortForm(String issuer) {
        return IssuerParams.discovered(issuer, params.audience(), DEFAULT_LEEWAY);
    }

    /** Returns the identity rules for issuers that have no rules of their own. */
    private TokenIdentity announcement() {
        return new TokenIdentity(
                "jwt",
                "",
                "",
                List.of(),
                List.of(ClaimFields.path(params.idClaim(), "/id_claim", problems)),
                ClaimFields.paths(params.rolesClaim(), "/roles_claim", problems),
                ClaimFields.of(params.claimsToHeaders(), "/claims_to_headers", sources.headers(), problems));
    }

    private TokenIdentity announcement(IssuerParams entry, TokenIdentity common, String pointer) {
        StringOrList roles = entry.rolesClaim();
        Map<String, String> fields = entry.claimsToHeaders();
        String fault = IdentityHeaders.faultOfPrefix(entry.idPrefix());
        if (fault != null) {
            problem(pointer + "/id_prefix", fault);
        }
        return new TokenIdentity(
                common.method(),
                entry.issuer(),
                entry.idPrefix(),
                params.prefixesWithin(entry.idPrefix()),
                common.ids(),
                roles == null ? common.roles() : ClaimFields.paths(roles, pointer + "/roles_claim", problems),
                fields == null
                        ? common.headers()
                        : ClaimFields.of(fields, pointer + "/claims_to_headers", sources.headers(), problems));
    }

    private Issuer issuer(IssuerParams entry, TokenIdentity common, String pointer) {
        int sources =
                given(entry.jwksUri(), entry.jwks(), entry.jwksFile(), entry.secret()) + (entry.discovery() ? 1 : 0);
        Set<JwsAlgorithm> algorithms = algorithms(entry, pointer);
        KeySource keys = NO_KEYS;
        if (sources > 1) {
            problem(pointer, "an issuer has one source of keys: jwks_uri, jwks, jwks_file, secret or discovery");
        } else {
            keys = keys(entry, algorithms, pointer);
        }
        Integer maxAge = entry.maxAgeS();
        return new Issuer(
                entry.issuer(),
                entry.audiences() == null
                        ? Set.of()
                        : Set.copyOf(new HashSet<>(entry.audiences().values())),
                algorithms,
                keys,
                Duration.ofSeconds(entry.leewayS()).toMillis(),
                maxAge == null ? null : Duration.ofSeconds(maxAge).toMillis(),
                announcement(entry, common, pointer));
    }

    private static int given(@Nullable Object... sources) {
        int given = 0;
        for (Object source : sources) {
            given += source == null ? 0 : 1;
        }
        return given;
    }

    private Set<JwsAlgorithm> algorithms(IssuerParams entry, String pointer) {
        boolean secret = entry.secret() != null;
        if (entry.algorithms() == null) {
            return secret ? EnumSet.of(JwsAlgorithm.HS256) : USUAL;
        }
        Set<JwsAlgorithm> algorithms = EnumSet.noneOf(JwsAlgorithm.class);
        for (String name : entry.algorithms().values()) {
            JwsAlgorithm algorithm = JwsAlgorithm.of(name);
            if (algorithm == null) {
                problem(pointer + "/algorithms", "not a signature algorithm; supported are " + JwsAlgorithm.names());
            } else if (algorithm.isSymmetric() != secret) {
                problem(
                        pointer + "/algorithms",
                        secret
                                ? name + " needs a public key, not a secret"
                                : name + " needs a secret: anyone with the public key could sign");
            } else {
                algorithms.add(algorithm);
            }
        }
        return algorithms;
    }

    private KeySource keys(IssuerParams entry, Set<JwsAlgorithm> algorithms, String pointer) {
        if (entry.secret() != null) {
            return secrets(entry.secret(), algorithms, pointer + "/secret");
        }
        if (entry.jwks() != null) {
            return inline(entry.jwks().toString(), pointer + "/jwks");
        }
        if (entry.jwksFile() != null) {
            return ofFile(entry.jwksFile(), pointer + "/jwks_file");
        }
        if (entry.jwksUri() != null) {
            String uri = entry.jwksUri();
            Target target = target(uri, pointer + "/jwks_uri");
            return target == null ? NO_KEYS : fetched(entry, uri, new KeyLocation.Known(target));
        }
        if (!TargetUrl.isUrl(entry.issuer())) {
            problem(
                    pointer,
                    "an issuer that is not a URL has no discovery document: give jwks_uri, jwks, jwks_file or secret");
            return NO_KEYS;
        }
        Target document = target(KeyLocation.Discovered.documentOf(entry.issuer()), pointer + "/issuer");
        return document == null
                ? NO_KEYS
                : fetched(
                        entry,
                        "discovery",
                        new KeyLocation.Discovered(entry.issuer(), document, params.allowHttp(), env));
    }

    private KeySource fetched(IssuerParams entry, String where, KeyLocation location) {
        FetchedKeys keys = new FetchedKeys(
                entry.issuer(),
                location,
                params.jwks(),
                env.sharedCache(
                        "keys",
                        List.of(entry.issuer(), where, params.allowHttp(), params.jwks()),
                        FetchedKeys.MAX_BYTES,
                        () -> new IssuerKeys(params.jwks(), env)),
                env.ticker());
        fetched.add(keys);
        return keys;
    }

    private @Nullable Target target(String nameOrUrl, String pointer) {
        String fault = TargetUrl.isUrl(nameOrUrl) ? KeyLocation.faultOf(nameOrUrl, params.allowHttp()) : null;
        if (fault != null) {
            problem(pointer, fault);
            return null;
        }
        try {
            return env.target(nameOrUrl);
        } catch (InvalidParamsException unusable) {
            unusable.problems().forEach(problem -> problem(pointer, problem.message()));
            return null;
        }
    }

    private KeySource inline(String json, String pointer) {
        try {
            return new ConfiguredKeys.Fixed(KeysParser.keys(json));
        } catch (IllegalArgumentException unusable) {
            problem(pointer, String.valueOf(unusable.getMessage()));
            return NO_KEYS;
        }
    }

    private KeySource ofFile(String path, String pointer) {
        try {
            return new ConfiguredKeys.OfFile(env.watch(path, new KeysParser()));
        } catch (InvalidParamsException unusable) {
            unusable.problems().forEach(problem -> problem(pointer, problem.message()));
            return NO_KEYS;
        }
    }

    private KeySource secrets(StringOrList texts, Set<JwsAlgorithm> algorithms, String pointer) {
        List<byte[]> secrets = new ArrayList<>();
        int least =
                algorithms.stream().mapToInt(JwsAlgorithm::secretBytes).max().orElse(JwsAlgorithm.HS256.secretBytes());
        for (String text : texts.values()) {
            byte[] secret = secret(text);
            if (secret == null) {
                problem(pointer, "after the prefix base64url:, a secret must be base64url without padding");
            } else if (secret.length < least) {
                problem(pointer, "a secret for these algorithms must have at least " + least + " bytes");
            } else {
                secrets.add(secret);
            }
        }
        return new ConfiguredKeys.Fixed(KeySet.ofSecrets(secrets));
    }

    private static byte @Nullable [] secret(String text) {
        if (!text.startsWith(BASE64URL)) {
            return text.getBytes(StandardCharsets.UTF_8);
        }
        try {
            return Base64.getUrlDecoder().decode(text.substring(BASE64URL.length()));
        } catch (IllegalArgumentException malformed) {
            return null;
        }
    }

    private void problem(String pointer, String message) {
        problems.add(new ParamProblem(pointer, message));
    }
}
