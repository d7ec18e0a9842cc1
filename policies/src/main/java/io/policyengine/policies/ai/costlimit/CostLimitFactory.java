package io.policyengine.policies.ai.costlimit;

import io.policyengine.core.instruction.DenialReason;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.Descriptor;
import io.policyengine.core.policy.Descriptor.Posture;
import io.policyengine.core.policy.Descriptor.Status;
import io.policyengine.core.policy.EndAccuracy;
import io.policyengine.core.policy.EntryFacts;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.Family;
import io.policyengine.core.policy.InvalidParamsException;
import io.policyengine.core.policy.Leniency;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.PolicyEnvironment.WatchedFile;
import io.policyengine.core.policy.PolicyFactory;
import io.policyengine.policies.ai.shared.budget.BudgetCode;
import io.policyengine.policies.ai.shared.budget.BudgetPolicy;
import io.policyengine.policies.ai.shared.budget.BudgetSettings;
import io.policyengine.policies.shared.denial.Denial;
import java.util.Map;

/** Creates the policy {@code costLimit}. */
@Descriptor(
        name = "costLimit",
        version = "1.0.0",
        family = Family.AI,
        phases = {Phase.REQUEST, Phase.RESPONSE},
        requestBody = BodyNeed.BUFFERED,
        responseBody = BodyNeed.BUFFERED_OR_STREAMING,
        facts = {Fact.MAY_DENY, Fact.STANDS_IN_BOTH_FLOWS, Fact.DECLARES_ALL_EFFECTS},
        endAccuracy = EndAccuracy.STREAM,
        codes = {CostLimitCode.class, BudgetCode.class},
        status = Status.BETA,
        posture = Posture.UNTRUSTED_CLIENTS_AND_UPSTREAMS)
public final class CostLimitFactory implements PolicyFactory<CostLimitParams> {
    private static final Denial USED_UP =
            new Denial(429, CostLimitCode.COST_LIMIT_EXCEEDED, "The budget is used up", DenialReason.RATE_LIMITED);
    private static final double PERCENT = 100;

    @Override
    public BodyNeed bodyNeed(CostLimitParams params, Phase phase) {
        return params.budget().needs().body(phase);
    }

    @Override
    public EntryFacts facts(CostLimitParams params, Phase phase) {
        EntryFacts facts = params.budget().needs().facts(PolicyFactory.super.facts(params, phase), phase);
        if (phase == Phase.RESPONSE) {
            return facts;
        }
        EntryFacts ofLimits = params.budget()
                .counting()
                .facts(WrittenCostLimits.of(params).whole().facts(facts))
                .with(Fact.MARKS_RESPONSE);
        return ofLimits.has(Fact.LIMITS_USE) ? withFreeModels(params, ofLimits) : ofLimits;
    }

    /**
     * Returns the facts, and adds each model that is free by the parameters. The prices in the file are not known here.
     */
    private static EntryFacts withFreeModels(CostLimitParams params, EntryFacts facts) {
        EntryFacts more = facts;
        for (Map.Entry<String, Price> price : params.prices().entrySet()) {
            if (price.getValue().isZero()) {
                String model = price.getKey().replace("~", "~0").replace("/", "~1");
                more = more.passing(Leniency.Occasion.COSTS_NOTHING, "/prices/" + model);
            }
        }
        return more;
    }

    @Override
    public Policy create(CostLimitParams params, PolicyEnvironment env) {
        WrittenCostLimits limits = WrittenCostLimits.of(params);
        return new BudgetPolicy(
                limits.whole(),
                limits.shares(),
                params.budget().counting().place(),
                tariff(params, env),
                new BudgetSettings(
                        "cost_limit",
                        USED_UP,
                        params.budget(),
                        false,
                        true,
                        (int) Math.ceil(PERCENT * params.warnAt()),
                        params.denialFormat()),
                env);
    }

    private static CostTariff tariff(CostLimitParams params, PolicyEnvironment env) {
        PriceList inline = new PriceList(params.prices());
        String file = params.pricesFile();
        if (file == null) {
            return new CostTariff(params.limits().size(), inline, () -> PriceList.EMPTY);
        }
        try {
            WatchedFile<PriceList> prices = env.watch(file, new PriceFileParser());
            return new CostTariff(params.limits().size(), inline, prices::current);
        } catch (InvalidParamsException unusable) {
            throw unusable.at("/prices_file");
        }
    }
}
