package io.policyengine.policies.ai.costlimit;

import io.policyengine.policies.ai.shared.budget.Tariff;
import io.policyengine.policies.ai.shared.budget.TokenCounts;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Charges what tokens cost, in billionths of the currency, to each limit alike.
 *
 * @param inline prices of the parameters, which go first
 * @param file prices as the file has them now
 */
record CostTariff(int limits, PriceList inline, Supplier<PriceList> file) implements Tariff {
    @Override
    public Optional<long[]> amounts(@Nullable String model, TokenCounts tokens) {
        return inline.of(model).or(() -> file.get().of(model)).map(price -> {
            long[] amounts = new long[limits];
            Arrays.fill(amounts, Math.max(1, price.nanos(tokens)));
            return amounts;
        });
    }
}
