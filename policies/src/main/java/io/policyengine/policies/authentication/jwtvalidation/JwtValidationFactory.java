package io.policyengine.policies.authentication.jwtvalidation;

import io.policyengine.core.params.ParamProblem;
import io.policyengine.core.policy.EntryFacts;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.InvalidParamsException;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.PolicyDescriptor;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.PolicyFactory;
import io.policyengine.core.policy.Standing;
import io.policyengine.policies.authentication.shared.credential.TokenGate;
import io.policyengine.policies.authentication.shared.credential.TokenSources;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Makes {@code jwtValidation}. */
@Standing(status = Standing.Status.BETA, posture = Standing.Posture.UNTRUSTED_CLIENTS_AND_UPSTREAMS)
public final class JwtValidationFactory implements PolicyFactory<JwtValidationParams> {
    private static final PolicyDescriptor DESCRIPTOR = PolicyDescriptor.headersOnly(
            "jwtValidation",
            "1.0.0",
            "Authenticates by a signed JSON Web Token (RFC 7519).",
            Set.of(Phase.REQUEST),
            Set.of(Fact.PROVIDES_IDENTITY, Fact.MAY_DENY));

    @Override
    public PolicyDescriptor descriptor() {
        return DESCRIPTOR;
    }

    @Override
    public Class<JwtValidationParams> paramsType() {
        return JwtValidationParams.class;
    }

    @Override
    public EntryFacts facts(JwtValidationParams params, Phase phase) {
        return TokenSources.of(params.tokenSources(), "", new ArrayList<>())
                .authentication(
                        EntryFacts.of(DESCRIPTOR.facts()),
                        params.claimsToHeaders().keySet(),
                        params.required(),
                        params.forward());
    }

    @Override
    public Policy create(JwtValidationParams params, PolicyEnvironment env) {
        List<ParamProblem> problems = new ArrayList<>();
        JwtPlan plan = JwtPlan.of(params, problems);
        List<Issuer> issuers = new IssuerCompiler(params, env, problems).issuers();
        if (!problems.isEmpty()) {
            throw new InvalidParamsException(problems);
        }
        TokenJudge judge = new TokenJudge(
                issuers, plan.types(), plan.rules(), plan.announcement(), params.requireExp(), env.clock());
        Duration ttl = Duration.ofSeconds(params.cache().ttlS());
        int entries = params.cache().maxEntries();
        TokenCache cache = env.sharedState(
                "tokens", params, TokenCache.maxBytes(entries), () -> new TokenCache(entries, ttl, env.ticker()));
        TokenGate gate = new TokenGate(new TokenGate.Settings(
                plan.sources(),
                params.required(),
                params.forward(),
                params.maxTokenBytes(),
                plan.challenge(),
                params.denialFormat()));
        return new JwtValidationPolicy(gate, judge, cache, env.cacheMeter("tokens"), env.clock());
    }
}
