package io.policyengine.policies.ai.tokenbasedratelimit;

import io.policyengine.core.instruction.DenialReason;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.Descriptor;
import io.policyengine.core.policy.Descriptor.Posture;
import io.policyengine.core.policy.Descriptor.Status;
import io.policyengine.core.policy.EndAccuracy;
import io.policyengine.core.policy.EntryFacts;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.Family;
import io.policyengine.core.policy.Leniency;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.PolicyFactory;
import io.policyengine.policies.ai.shared.budget.BudgetCode;
import io.policyengine.policies.ai.shared.budget.BudgetPolicy;
import io.policyengine.policies.ai.shared.budget.BudgetSettings;
import io.policyengine.policies.shared.denial.Denial;
import java.util.stream.IntStream;

/** Creates the policy {@code tokenBasedRateLimit}. */
@Descriptor(
        name = "tokenBasedRateLimit",
        version = "1.0.0",
        family = Family.AI,
        phases = {Phase.REQUEST, Phase.RESPONSE},
        requestBody = BodyNeed.BUFFERED,
        responseBody = BodyNeed.BUFFERED_OR_STREAMING,
        facts = {Fact.MAY_DENY, Fact.STANDS_IN_BOTH_FLOWS, Fact.DECLARES_ALL_EFFECTS},
        endAccuracy = EndAccuracy.STREAM,
        codes = {TokenLimitCode.class, BudgetCode.class},
        status = Status.BETA,
        posture = Posture.UNTRUSTED_CLIENTS_AND_UPSTREAMS)
public final class TokenBasedRateLimitFactory implements PolicyFactory<TokenBasedRateLimitParams> {
    private static final Denial USED_UP =
            new Denial(429, TokenLimitCode.TOKEN_LIMIT_EXCEEDED, "Too many tokens", DenialReason.RATE_LIMITED);
    private static final int NEVER = 1_000;

    @Override
    public BodyNeed bodyNeed(TokenBasedRateLimitParams params, Phase phase) {
        return params.budget().needs().body(phase);
    }

    @Override
    public EntryFacts facts(TokenBasedRateLimitParams params, Phase phase) {
        EntryFacts declared = PolicyFactory.super.facts(params, phase);
        EntryFacts facts = params.budget()
                .needs()
                .facts(params.responseHeaders() ? declared : declared.with(Fact.DOES_WITHOUT_RESPONSE_HEADERS), phase);
        if (phase == Phase.RESPONSE) {
            return facts;
        }
        EntryFacts ofLimits = params.budget()
                .counting()
                .facts(WrittenTokenLimits.of(params).whole().facts(facts));
        EntryFacts withModels = withUncountedModels(params, ofLimits);
        return params.headers() ? withModels.with(Fact.MARKS_RESPONSE) : withModels;
    }

    /** Returns the facts, and adds that some models are not counted if no enforced limit counts all models. */
    private static EntryFacts withUncountedModels(TokenBasedRateLimitParams params, EntryFacts facts) {
        TokenTariff tariff = new TokenTariff(params.limits());
        int[] enforced = IntStream.range(0, params.limits().size())
                .filter(limit -> !params.limits().get(limit).shadow())
                .toArray();
        return enforced.length == 0 || IntStream.of(enforced).anyMatch(tariff::countsAllModels)
                ? facts
                : facts.passing(Leniency.Occasion.COSTS_NOTHING, "/limits/" + enforced[0] + "/models");
    }

    @Override
    public Policy create(TokenBasedRateLimitParams params, PolicyEnvironment env) {
        WrittenTokenLimits limits = WrittenTokenLimits.of(params);
        return new BudgetPolicy(
                limits.whole(),
                limits.shares(),
                params.budget().counting().place(),
                new TokenTariff(params.limits()),
                new BudgetSettings(
                        "token_limit",
                        USED_UP,
                        params.budget(),
                        params.headers(),
                        params.responseHeaders(),
                        NEVER,
                        params.denialFormat()),
                env);
    }
}
