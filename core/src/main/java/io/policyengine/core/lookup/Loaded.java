package io.policyengine.core.lookup;

import java.time.Duration;

/**
 * The result of a load, positive or negative.
 *
 * @param value the value, or one that represents its absence
 * @param fresh how long it is used without another load; zero: only for the waiting callers
 * @param stale how much longer it is used while loads fail
 * @param weight of key and value, in the unit of {@link LookupOptions#maxWeight}; at least 1
 */
public record Loaded<V>(V value, Duration fresh, Duration stale, int weight) {
    /** Rejects negative times, and a weight below 1. */
    public Loaded {
        if (fresh.isNegative() || stale.isNegative() || weight < 1) {
            throw new IllegalArgumentException("fresh " + fresh + ", stale " + stale + ", weight " + weight);
        }
    }
}
