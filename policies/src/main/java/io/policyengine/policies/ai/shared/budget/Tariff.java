package io.policyengine.policies.ai.shared.budget;

import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The cost that tokens have under each limit of a budget. Immutable. */
@FunctionalInterface
public interface Tariff {
    /**
     * Returns the cost that tokens have under each limit.
     *
     * @param model null if unknown; then the costs for any model apply
     * @return one cost for each limit: 0 if the limit does not apply to the model, else at least 1. Empty if the tariff
     *     has no cost for the model
     */
    Optional<long[]> amounts(@Nullable String model, TokenCounts tokens);

    /**
     * Returns, for each limit, the highest cost among these models, since it is unknown which one the server will
     * choose.
     *
     * @param models possible models; empty if unknown
     * @return empty if the tariff has no cost for one of the models
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
