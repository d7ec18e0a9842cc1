package io.policyengine.policies.ai.costlimit;

import io.policyengine.policies.ai.shared.budget.Tariff;
import io.policyengine.policies.ai.shared.budget.TokenCounts;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A tariff that charges every limit the price of the used tokens, in billionths of the currency.
 *
 * @param inline prices in the parameters, which override those of the file
 * @param file supplies the current prices of the file
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
