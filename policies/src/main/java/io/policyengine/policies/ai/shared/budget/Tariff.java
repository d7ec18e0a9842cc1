package io.policyengine.policies.ai.shared.budget;

import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The cost of tokens in each limit. Immutable. */
@FunctionalInterface
public interface Tariff {
    /**
     * Returns the cost of tokens in each limit.
     *
     * @param model null if unknown: costs for any model apply
     * @return for each limit 0 if it does not apply to the model, else at least 1; empty if the tariff lacks the model
     */
    Optional<long[]> amounts(@Nullable String model, TokenCounts tokens);

    /**
     * Returns the highest cost in each limit for any of these models, since the server's choice is unknown.
     *
     * @param models empty if unknown
     * @return empty if the tariff lacks one of them
     */
    default Optional<long[]> most(Set<String> models, TokenCounts tokens) {
        if (models.isEmpty()) {
            return amounts(null, tokens);
        }
        Optional<long[]> most = Optional.empty();
        for (String model : models) {
            Optional<long[]> amounts = amounts(model, tokens);
            if (amounts.isEmpty()) {
                return amounts;
            }
            most = most.isEmpty() ? amounts : Optional.of(larger(most.get(), amounts.get()));
        }
        return most;
    }

    private static long[] larger(long[] one, long[] other) {
        return IntStream.range(0, one.length)
                .mapToLong(i -> Math.max(one[i], other[i]))
                .toArray();
    }
}
