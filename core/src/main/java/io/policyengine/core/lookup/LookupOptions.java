package io.policyengine.core.lookup;

import java.time.Duration;

/**
 * The options of a {@link Lookup}.
 *
 * @param maxWeight maximum total weight of the values; the least used values are evicted
 * @param weightBytes heap bytes per unit of weight
 * @param maxPending maximum number of concurrent loads; a lookup that needs another one fails as overload
 * @param maxWaiters maximum number of callers that wait for one load; further lookups fail as overload
 * @param refreshAhead the last fraction of a value's fresh time, from 0 to 1, in which its use triggers a refresh
 * @param retryPause the pause after a failed load
 * @param staleUse the condition for the use of a stale value
 * @param keptLoads true if a load continues when no caller waits any more, for the benefit of later callers
 */
public record LookupOptions(
        long maxWeight,
        long weightBytes,
        int maxPending,
        int maxWaiters,
        double refreshAhead,
        Duration retryPause,
        StaleUse staleUse,
        boolean keptLoads) {
    /** Usual maximum number of concurrent loads. */
    private static final int MAX_PENDING = 256;

    /** Usual maximum number of callers that wait for one load. */
    private static final int MAX_WAITERS = 1_000;

    /** Usual pause after a failed load. */
    private static final Duration RETRY_PAUSE = Duration.ofSeconds(1);

    /**
     * Returns the usual options, in which weights are bytes. They permit {@value #MAX_PENDING} concurrent loads and
     * {@value #MAX_WAITERS} waiting callers for each, refresh in the last tenth of the fresh time, and pause for one
     * second.
     */
    public static LookupOptions of(long maxWeight) {
        return new LookupOptions(maxWeight, 1, MAX_PENDING, MAX_WAITERS, 0.1, RETRY_PAUSE, StaleUse.ON_FAILURE, false);
    }

    /** Returns a copy in which a unit of weight is this many heap bytes. */
    public LookupOptions withWeightBytes(long bytes) {
        return new LookupOptions(
                maxWeight, bytes, maxPending, maxWaiters, refreshAhead, retryPause, staleUse, keptLoads);
    }

    /** Returns the heap bytes of the values when the lookup has reached its maximum weight. */
    public long maxBytes() {
        return maxWeight * weightBytes;
    }

    /** Returns a copy with these maximum numbers of loads and of waiting callers. */
    public LookupOptions withPending(int loads, int waiters) {
        return new LookupOptions(maxWeight, weightBytes, loads, waiters, refreshAhead, retryPause, staleUse, keptLoads);
    }

    /** Returns a copy with another value of {@code refreshAhead}. */
    public LookupOptions withRefreshAhead(double share) {
        return new LookupOptions(
                maxWeight, weightBytes, maxPending, maxWaiters, share, retryPause, staleUse, keptLoads);
    }

    public LookupOptions withRetryPause(Duration pause) {
        return new LookupOptions(
                maxWeight, weightBytes, maxPending, maxWaiters, refreshAhead, pause, staleUse, keptLoads);
    }

    /** Returns a copy with another condition for the use of stale values. */
    public LookupOptions withStale(StaleUse use) {
        return new LookupOptions(
                maxWeight, weightBytes, maxPending, maxWaiters, refreshAhead, retryPause, use, keptLoads);
    }

    /** Returns a copy in which a load continues when no caller waits any more. */
    public LookupOptions withKeptLoads() {
        return new LookupOptions(
                maxWeight, weightBytes, maxPending, maxWaiters, refreshAhead, retryPause, staleUse, true);
    }
}
