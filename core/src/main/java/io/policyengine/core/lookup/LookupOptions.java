package io.policyengine.core.lookup;

import java.time.Duration;

/**
 * The options of a {@link Lookup}.
 *
 * @param maxWeight maximum total weight of the values; the least used values are evicted
 * @param weightBytes heap bytes that a unit of weight stands for
 * @param maxPending maximum number of concurrent loads; a lookup that needs another one fails as overload
 * @param maxWaiters maximum number of callers that wait for one load; further lookups fail as overload
 * @param refreshAhead the last fraction of a value's fresh time, from 0 to 1, in which its use triggers a refresh
 * @param retryPause the pause after a failed load
 * @param staleAtOnce true if a stale value is used immediately while it is refreshed; false if it is used only when the
 *     refresh fails
 * @param keptLoads true if a load continues when no caller waits any more, for the benefit of later callers
 */
public record LookupOptions(
        long maxWeight,
        long weightBytes,
        int maxPending,
        int maxWaiters,
        double refreshAhead,
        Duration retryPause,
        boolean staleAtOnce,
        boolean keptLoads) {
    /**
     * Returns the usual options, with which weights are bytes. They permit 256 concurrent loads and 1,000 waiting
     * callers for each, refresh in the last tenth of the fresh time, and pause for one second.
     */
    public static LookupOptions of(long maxWeight) {
        return new LookupOptions(maxWeight, 1, 256, 1_000, 0.1, Duration.ofSeconds(1), false, false);
    }

    /** Returns a copy with another size of a unit of weight, in heap bytes. */
    public LookupOptions withWeightBytes(long bytes) {
        return new LookupOptions(
                maxWeight, bytes, maxPending, maxWaiters, refreshAhead, retryPause, staleAtOnce, keptLoads);
    }

    /** Returns the heap bytes of the values when the lookup is full. */
    public long maxBytes() {
        return maxWeight * weightBytes;
    }

    /** Returns a copy with other maximums of loads and of waiting callers. */
    public LookupOptions withPending(int loads, int waiters) {
        return new LookupOptions(
                maxWeight, weightBytes, loads, waiters, refreshAhead, retryPause, staleAtOnce, keptLoads);
    }

    /** Returns a copy with another value of {@code refreshAhead}. */
    public LookupOptions withRefreshAhead(double share) {
        return new LookupOptions(
                maxWeight, weightBytes, maxPending, maxWaiters, share, retryPause, staleAtOnce, keptLoads);
    }

    public LookupOptions withRetryPause(Duration pause) {
        return new LookupOptions(
                maxWeight, weightBytes, maxPending, maxWaiters, refreshAhead, pause, staleAtOnce, keptLoads);
    }

    /** Returns a copy with which a stale value is used immediately while it is refreshed. */
    public LookupOptions withStaleAtOnce() {
        return new LookupOptions(
                maxWeight, weightBytes, maxPending, maxWaiters, refreshAhead, retryPause, true, keptLoads);
    }

    /** Returns a copy with which a load continues when no caller waits any more. */
    public LookupOptions withKeptLoads() {
        return new LookupOptions(
                maxWeight, weightBytes, maxPending, maxWaiters, refreshAhead, retryPause, staleAtOnce, true);
    }
}
