package io.policyengine.policies.ai.costlimit;

import io.policyengine.core.params.Doc;
import io.policyengine.core.params.Range;
import io.policyengine.policies.ai.shared.budget.TokenCounts;
import java.math.BigDecimal;
import java.math.RoundingMode;
import org.jspecify.annotations.Nullable;

/**
 * The price of a model.
 *
 * @param input price of a million input tokens
 * @param output price of a million output tokens
 * @param cached price of a million cached input tokens; null for the price {@code input}
 */
@Doc("The price of a model, in units of the currency for a million tokens.")
record Price(
        @Doc("Price of a million tokens of input.") @Range(min = 0, max = Price.HIGHEST)
        double input,

        @Doc("Price of a million tokens of output.") @Range(min = 0, max = Price.HIGHEST)
        double output,

        @Doc("Price of a million tokens of input that came from a cache. If absent, the price of input.")
        @Nullable
        @Range(min = 0, max = Price.HIGHEST)
        Double cached) {
    /**
     * Maximum price of a million tokens. At this price, the cost of {@code TokenCounts.MAX} tokens still fits into a
     * long.
     */
    static final double HIGHEST = 10_000;

    /** Number of decimals of a price that are used. With six, a token costs an integer number of trillionths. */
    private static final int DECIMALS = 6;

    private static final long PICOS_PER_NANO = 1_000;

    /** Returns whether the prices of input and output are both 0. */
    boolean isZero() {
        return input == 0 && output == 0;
    }

    /** Returns the cost of tokens in billionths of the currency, rounded up. */
    long nanos(TokenCounts tokens) {
        long ofInput = picos(input);
        long picos = (tokens.input() - tokens.cached()) * ofInput
                + tokens.cached() * (cached == null ? ofInput : picos(cached))
                + tokens.output() * picos(output);
        return Math.ceilDiv(picos, PICOS_PER_NANO);
    }

    private static long picos(double price) {
        return BigDecimal.valueOf(price)
                .movePointRight(DECIMALS)
                .setScale(0, RoundingMode.CEILING)
                .longValueExact();
    }
}
