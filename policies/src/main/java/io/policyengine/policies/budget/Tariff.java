package io.policyengine.policies.budget;

import java.util.Optional;
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
}
