package io.policyengine.core.lookup;

import java.time.Duration;

/**
 * The result of a load: a value, or the fact that no value exists.
 *
 * @param value the value, or a representation of its absence
 * @param fresh the time during which the value is used without another load. If {@code fresh} and {@code stale} are
 *     zero, only the callers that wait for the load receive the value
 * @param stale the additional time during which the value is used while loads fail
 * @param weight the weight of key and value, in the unit of {@link LookupOptions#maxWeight}; at least 1
 */
public record Loaded<V>(V value, Duration fresh, Duration stale, int weight) {
    /** Rejects negative times, and a weight below 1. */
    public Loaded {
        if (fresh.isNegative() || stale.isNegative() || weight < 1) {
            throw new IllegalArgumentException("fresh " + fresh + ", stale " + stale + ", weight " + weight);
        }
    }
}
