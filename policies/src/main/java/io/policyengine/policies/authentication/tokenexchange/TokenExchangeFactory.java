package io.policyengine.policies.authentication.tokenexchange;

import io.policyengine.core.lookup.Lookup;
import io.policyengine.core.lookup.LookupOptions;
import io.policyengine.core.params.ParamProblem;
import io.policyengine.core.policy.Descriptor;
import io.policyengine.core.policy.Descriptor.Posture;
import io.policyengine.core.policy.Descriptor.Status;
import io.policyengine.core.policy.EntryFacts;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.Family;
import io.policyengine.core.policy.HeaderUse;
import io.policyengine.core.policy.InvalidParamsException;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.PolicyFactory;
import io.policyengine.policies.authentication.shared.credential.TokenCode;
import io.policyengine.policies.authentication.shared.credential.TokenSourceParams;
import io.policyengine.policies.authentication.shared.credential.TokenSources;
import io.policyengine.policies.authentication.shared.oauth2.OAuthClient;
import io.policyengine.policies.shared.digest.Sha256;
import java.util.ArrayList;
import java.util.List;

/** Creates the policy {@code tokenExchange}. */
@Descriptor(
        name = "tokenExchange",
        version = "1.0.0",
        family = Family.AUTHENTICATION,
        phases = Phase.REQUEST,
        facts = {
            Fact.NEEDS_IDENTITY,
            Fact.NEEDS_TOKEN,
            Fact.MAY_DENY,
            Fact.DECLARES_ALL_EFFECTS,
            Fact.REQUIRES_IDENTITY,
            Fact.HAS_DEPENDENCY
        },
        codes = {TokenExchangeCode.class, TokenCode.class},
        status = Status.BETA,
        posture = Posture.UNTRUSTED_CLIENTS_AND_UPSTREAMS)
public final class TokenExchangeFactory implements PolicyFactory<TokenExchangeParams> {
    /** Estimated bytes of a cache entry for a token of one KiB. */
    private static final long BYTES_PER_ENTRY = 3 << 10;

    @Override
    public EntryFacts facts(TokenExchangeParams params, Phase phase) {
        EntryFacts declared =
                PolicyFactory.super.facts(params, phase).with(HeaderUse.Action.SETS, List.of("authorization"));
        return params.subjectToken() == null
                ? declared
                : sources(params, new ArrayList<>()).facts(declared, false);
    }

    private static TokenSources sources(TokenExchangeParams params, List<ParamProblem> problems) {
        List<TokenSourceParams> places = params.subjectToken();
        return places == null ? TokenSources.bearer() : TokenSources.of(places, "/subject_token", problems);
    }

    @Override
    public Policy create(TokenExchangeParams params, PolicyEnvironment env) {
        List<ParamProblem> problems = new ArrayList<>();
        TokenSources sources = sources(params, problems);
        if (params.audience() == null && params.resource() == null) {
            problems.add(new ParamProblem(
                    "", "give audience or resource: without them, the new token could be used at any service"));
        }
        OAuthClient client = OAuthClient.of(params.target(), params.url(), params.client(), env, problems);
        if (client == null || !problems.isEmpty()) {
            throw new InvalidParamsException(problems);
        }
        LookupOptions options = LookupOptions.of(params.cache().maxEntries()).withWeightBytes(BYTES_PER_ENTRY);
        Lookup<Sha256, ExchangedToken> tokens = env.sharedCache(
                "tokens",
                params,
                options.maxBytes(),
                () -> new Lookup<>(options, env.ticker(), env.cacheMeter("tokens")));
        return new TokenExchangePolicy(params, sources, client, tokens);
    }
}
