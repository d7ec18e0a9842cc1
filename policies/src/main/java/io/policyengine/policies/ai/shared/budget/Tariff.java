package io.policyengine.policies.ai.shared.budget;

import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Says how much of each limit tokens take. Immutable. */
@FunctionalInterface
public interface Tariff {
    /**
     * The amounts that tokens take.
     *
     * @param model null if nobody knows which it is: what applies to any model applies then
     * @return of each limit: 0 if it does not apply to the model, else at least 1; empty if the tariff does not know the model
     */
    Optional<long[]> amounts(@Nullable String model, Tokens tokens);

    /**
     * The most of each limit that tokens may take of any of these models, since nobody here knows which of them a server takes.
     *
     * @param models empty if nobody knows which they are
     * @return empty if the tariff does not know one of them
     */
    default Optional<long[]> most(Set<String> models, Tokens tokens) {
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
