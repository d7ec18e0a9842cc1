package io.policyengine.core.lookup;

import java.time.Duration;

/**
 * The bounds and habits of a {@link Lookup}.
 *
 * @param maxWeight the most that all values weigh together; those used least go first
 * @param maxPending the most loads at once; beyond, a lookup fails as overload
 * @param maxWaiters the most that wait for one load; beyond, a lookup fails as overload
 * @param refreshAhead the last part of a value's fresh time, from 0 to 1, in which using it loads it again beside
 * @param retryPause how long a load that has failed is not tried again
 * @param staleAtOnce true if a stale value is given out at once, while it is loaded again; else the load is waited for, and the value is given
 *     out if that fails
 * @param keptLoads true if a load goes on though nobody waits for it any more, for those who will ask
 */
public record LookupOptions(
        long maxWeight,
        int maxPending,
        int maxWaiters,
        double refreshAhead,
        Duration retryPause,
        boolean staleAtOnce,
        boolean keptLoads) {
    /** The habits of most: 256 loads at once with 1,000 who wait for each, a tenth refreshed ahead, a second's pause. */
    public static LookupOptions of(long maxWeight) {
        return new LookupOptions(maxWeight, 256, 1_000, 0.1, Duration.ofSeconds(1), false, false);
    }

    /** The same with other bounds of loads and of those who wait for each. */
    public LookupOptions withPending(int loads, int waiters) {
        return new LookupOptions(maxWeight, loads, waiters, refreshAhead, retryPause, staleAtOnce, keptLoads);
    }

    /** The same with another share of the fresh time in which a value is refreshed. */
    public LookupOptions withRefreshAhead(double share) {
        return new LookupOptions(maxWeight, maxPending, maxWaiters, share, retryPause, staleAtOnce, keptLoads);
    }

    /** The same with another pause after a failed load. */
    public LookupOptions withRetryPause(Duration pause) {
        return new LookupOptions(maxWeight, maxPending, maxWaiters, refreshAhead, pause, staleAtOnce, keptLoads);
    }

    /** The same, but a stale value is given out at once. */
    public LookupOptions withStaleAtOnce() {
        return new LookupOptions(maxWeight, maxPending, maxWaiters, refreshAhead, retryPause, true, keptLoads);
    }

    /** The same, but a load goes on though nobody waits for it any more. */
    public LookupOptions withKeptLoads() {
        return new LookupOptions(maxWeight, maxPending, maxWaiters, refreshAhead, retryPause, staleAtOnce, true);
    }
}
