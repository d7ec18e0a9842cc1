package io.policyengine.policies.ai.tokenbasedratelimit;

import io.policyengine.policies.ai.shared.budget.Tariff;
import io.policyengine.policies.ai.shared.budget.TokenCounts;
import io.policyengine.policies.ai.tokenbasedratelimit.TokenBasedRateLimitParams.Count;
import io.policyengine.policies.ai.tokenbasedratelimit.TokenBasedRateLimitParams.TokenLimit;
import io.policyengine.policies.shared.wildcard.Wildcard;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A tariff in which each token costs one token of the limit. */
final class TokenTariff implements Tariff {
    private final List<Rule> rules;

    /**
     * The rule of a limit.
     *
     * @param count kind of tokens that the limit counts
     * @param models models to which the limit applies; empty for all
     */
    private record Rule(Count count, List<Wildcard> models) {
        boolean appliesTo(@Nullable String model) {
            return model == null || models.isEmpty() || models.stream().anyMatch(pattern -> pattern.matches(model));
        }

        long amount(TokenCounts tokens) {
            return Math.max(
                    1,
                    switch (count) {
                        case TOTAL -> tokens.input() + tokens.output();
                        case INPUT -> tokens.input();
                        case OUTPUT -> tokens.output();
                    });
        }
    }

    TokenTariff(List<TokenLimit> limits) {
        this.rules = limits.stream()
                .map(limit -> new Rule(
                        limit.count(),
                        Objects.requireNonNullElse(limit.models(), List.<String>of()).stream()
                                .map(Wildcard::inAnyCase)
                                .toList()))
                .toList();
    }

    /** Returns whether the limit at the index applies to every model. */
    boolean countsAllModels(int limit) {
        List<Wildcard> models = rules.get(limit).models();
        return models.isEmpty() || models.stream().anyMatch(Wildcard::isAny);
    }

    @Override
    public Optional<long[]> amounts(@Nullable String model, TokenCounts tokens) {
        return Optional.of(rules.stream()
                .mapToLong(rule -> rule.appliesTo(model) ? rule.amount(tokens) : 0)
                .toArray());
    }
}
