package io.policyengine.policies.authentication.oauth2introspection;

import io.policyengine.core.lookup.Lookup;
import io.policyengine.core.lookup.LookupOptions;
import io.policyengine.core.params.ParamProblem;
import io.policyengine.core.policy.Descriptor;
import io.policyengine.core.policy.Descriptor.Posture;
import io.policyengine.core.policy.Descriptor.Status;
import io.policyengine.core.policy.EntryFacts;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.Family;
import io.policyengine.core.policy.InvalidParamsException;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.PolicyFactory;
import io.policyengine.policies.authentication.shared.credential.Challenge;
import io.policyengine.policies.authentication.shared.credential.TokenCode;
import io.policyengine.policies.authentication.shared.credential.TokenGate;
import io.policyengine.policies.authentication.shared.credential.TokenSources;
import io.policyengine.policies.authentication.shared.identity.IdentityHeaders;
import io.policyengine.policies.authentication.shared.jwt.ClaimFields;
import io.policyengine.policies.authentication.shared.jwt.ClaimRules;
import io.policyengine.policies.authentication.shared.jwt.RequiredClaim;
import io.policyengine.policies.authentication.shared.jwt.TokenIdentity;
import io.policyengine.policies.authentication.shared.oauth2.OAuthClient;
import io.policyengine.policies.shared.digest.Sha256;
import java.util.ArrayList;
import java.util.List;

/** Creates the policy {@code oauth2Introspection}. */
@Descriptor(
        name = "oauth2Introspection",
        version = "1.0.0",
        family = Family.AUTHENTICATION,
        phases = Phase.REQUEST,
        facts = {
            Fact.PROVIDES_IDENTITY,
            Fact.PASSES_TOKEN,
            Fact.MAY_DENY,
            Fact.DECLARES_ALL_EFFECTS,
            Fact.HAS_DEPENDENCY
        },
        codes = {IntrospectionCode.class, TokenCode.class},
        status = Status.BETA,
        posture = Posture.UNTRUSTED_CLIENTS_AND_UPSTREAMS)
public final class Oauth2IntrospectionFactory implements PolicyFactory<Oauth2IntrospectionParams> {
    /** Estimated bytes of a cache entry for a response of one KiB. */
    private static final long BYTES_PER_ENTRY = 8 << 10;

    @Override
    public EntryFacts facts(Oauth2IntrospectionParams params, Phase phase) {
        return params.token()
                .sources(new ArrayList<>())
                .authentication(
                        PolicyFactory.super.facts(params, phase).with(params.idSpace()),
                        params.claimsToHeaders().keySet(),
                        params.required(),
                        params.token().forward());
    }

    @Override
    public Policy create(Oauth2IntrospectionParams params, PolicyEnvironment env) {
        List<ParamProblem> problems = new ArrayList<>();
        TokenSources sources = params.token().sources(problems);
        OAuthClient client = OAuthClient.of(params.target(), params.url(), params.client(), env, problems);
        TokenIdentity announcement = new TokenIdentity(
                "introspection",
                client == null ? "" : client.server(),
                params.idPrefix(),
                List.of(),
                ClaimFields.paths(params.idClaim(), "/id_claim", problems),
                ClaimFields.paths(params.rolesClaim(), "/roles_claim", problems),
                ClaimFields.of(params.claimsToHeaders(), "/claims_to_headers", sources.headers(), problems));
        String fault = IdentityHeaders.faultOfPrefix(params.idPrefix());
        if (fault != null) {
            problems.add(new ParamProblem("/id_prefix", fault));
        }
        ClaimRules rules = new ClaimRules(
                RequiredClaim.of(params.requiredClaims(), problems),
                Challenge.scopes(params.token().requiredScopes(), "/required_scopes", problems),
                Challenge.scopes(params.token().anyScope(), "/any_scope", problems),
                ClaimFields.paths(params.scopesClaim(), "/scopes_claim", problems));
        Challenge challenge = params.token().challenge(sources, rules.wanted(), problems);
        if (client == null || !problems.isEmpty()) {
            throw new InvalidParamsException(problems);
        }
        IntrospectionJudge judge = new IntrospectionJudge(
                client.server(),
                params.audience() == null ? List.of() : params.audience().values(),
                rules,
                announcement,
                params.cache(),
                env.clock());
        TokenGate gate = new TokenGate(new TokenGate.Settings(
                sources,
                params.required(),
                params.token().forward(),
                params.maxTokenBytes(),
                challenge,
                params.denialFormat()));
        return new Oauth2IntrospectionPolicy(gate, client, judge, answers(params, env));
    }

    private static Lookup<Sha256, IntrospectionVerdict> answers(
            Oauth2IntrospectionParams params, PolicyEnvironment env) {
        LookupOptions options = LookupOptions.of(params.cache().maxEntries()).withWeightBytes(BYTES_PER_ENTRY);
        return env.sharedCache(
                "answers",
                params,
                options.maxBytes(),
                () -> new Lookup<>(options, env.ticker(), env.cacheMeter("tokens")));
    }
}
