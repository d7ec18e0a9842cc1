package io.policyengine.core.lookup;

import java.time.Duration;

/**
 * The result of a load, positive or negative.
 *
 * @param value what was found, or a value that says that nothing was
 * @param fresh how long it is given out without being asked for again; zero: it is for those alone who wait for it
 * @param stale how much longer it is given out while it cannot be loaded again
 * @param weight of key and value, in the unit of {@link LookupOptions#maxWeight}; at least 1
 */
public record Loaded<V>(V value, Duration fresh, Duration stale, int weight) {
    /** Refuses times and weights below their bounds. */
    public Loaded {
        if (fresh.isNegative() || stale.isNegative() || weight < 1) {
            throw new IllegalArgumentException("fresh " + fresh + ", stale " + stale + ", weight " + weight);
        }
    }
}
