package io.policyengine.policies.authentication.jwtvalidation;

import io.policyengine.core.params.ParamProblem;
import io.policyengine.core.policy.Descriptor;
import io.policyengine.core.policy.Descriptor.Posture;
import io.policyengine.core.policy.Descriptor.Status;
import io.policyengine.core.policy.EntryFacts;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.Family;
import io.policyengine.core.policy.IdSpace;
import io.policyengine.core.policy.InvalidParamsException;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.PolicyFactory;
import io.policyengine.policies.authentication.shared.credential.TokenCode;
import io.policyengine.policies.authentication.shared.credential.TokenGate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Creates the policy {@code jwtValidation}. */
@Descriptor(
        name = "jwtValidation",
        version = "1.0.0",
        family = Family.AUTHENTICATION,
        phases = Phase.REQUEST,
        facts = {Fact.PROVIDES_IDENTITY, Fact.PASSES_TOKEN, Fact.MAY_DENY, Fact.DECLARES_ALL_EFFECTS},
        codes = {JwtCode.class, TokenCode.class},
        status = Status.BETA,
        posture = Posture.UNTRUSTED_CLIENTS_AND_UPSTREAMS)
public final class JwtValidationFactory implements PolicyFactory<JwtValidationParams> {
    @Override
    public EntryFacts facts(JwtValidationParams params, Phase phase) {
        EntryFacts declared = PolicyFactory.super.facts(params, phase);
        for (IdSpace space : params.idSpaces()) {
            declared = declared.with(space);
        }
        if (params.fetchesKeys()) {
            declared = declared.with(Fact.HAS_DEPENDENCY);
        }
        if (params.acceptsAnyAudience()) {
            declared = declared.with(Fact.ACCEPTS_ANY_AUDIENCE);
        }
        return params.token()
                .sources(new ArrayList<>())
                .authentication(
                        declared,
                        params.fields(),
                        params.required(),
                        params.token().forward());
    }

    @Override
    public Policy create(JwtValidationParams params, PolicyEnvironment env) {
        List<ParamProblem> problems = new ArrayList<>();
        JwtPlan plan = JwtPlan.of(params, problems);
        List<Issuer> issuers = new IssuerCompiler(params, plan.sources(), env, problems).issuers();
        if (!problems.isEmpty()) {
            throw new InvalidParamsException(problems);
        }
        TokenJudge judge = new TokenJudge(issuers, plan.types(), plan.rules(), params.requireExp(), env.clock());
        Duration ttl = Duration.ofSeconds(params.cache().ttlS());
        int entries = params.cache().maxEntries();
        TokenCache cache = env.sharedCache(
                "tokens",
                params.verification(),
                TokenCache.maxBytes(entries),
                () -> new TokenCache(entries, ttl, env.ticker()));
        TokenGate gate = new TokenGate(new TokenGate.Settings(
                plan.sources(),
                params.required(),
                params.token().forward(),
                params.maxTokenBytes(),
                plan.challenge(),
                params.denialFormat()));
        return new JwtValidationPolicy(gate, judge, cache, env.cacheMeter("tokens"), env.clock());
    }
}
