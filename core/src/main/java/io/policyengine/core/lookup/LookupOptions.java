package io.policyengine.core.lookup;

import java.time.Duration;

/**
 * The options of a {@link Lookup}.
 *
 * @param maxWeight limit of the values' total weight; the least used are evicted
 * @param maxPending limit of concurrent loads; beyond, a lookup fails as overload
 * @param maxWaiters limit of callers that wait for one load; beyond, a lookup fails as overload
 * @param refreshAhead the last part of a value's fresh time, from 0 to 1, in which its use triggers a refresh
 * @param retryPause how long a failed load is not retried
 * @param staleAtOnce true if a stale value is used at once during its refresh; else only if the refresh fails
 * @param keptLoads true if a load continues for later callers when no caller waits
 */
public record LookupOptions(
        long maxWeight,
        int maxPending,
        int maxWaiters,
        double refreshAhead,
        Duration retryPause,
        boolean staleAtOnce,
        boolean keptLoads) {
    /**
     * Returns the usual options: 256 concurrent loads with 1,000 waiting callers each, a tenth refreshed ahead, a pause
     * of one second.
     */
    public static LookupOptions of(long maxWeight) {
        return new LookupOptions(maxWeight, 256, 1_000, 0.1, Duration.ofSeconds(1), false, false);
    }

    /** Returns a copy with other limits of loads and of waiting callers. */
    public LookupOptions withPending(int loads, int waiters) {
        return new LookupOptions(maxWeight, loads, waiters, refreshAhead, retryPause, staleAtOnce, keptLoads);
    }

    /** Returns a copy with another share of the fresh time in which a value is refreshed. */
    public LookupOptions withRefreshAhead(double share) {
        return new LookupOptions(maxWeight, maxPending, maxWaiters, share, retryPause, staleAtOnce, keptLoads);
    }

    public LookupOptions withRetryPause(Duration pause) {
        return new LookupOptions(maxWeight, maxPending, maxWaiters, refreshAhead, pause, staleAtOnce, keptLoads);
    }

    /** Returns a copy that uses a stale value at once. */
    public LookupOptions withStaleAtOnce() {
        return new LookupOptions(maxWeight, maxPending, maxWaiters, refreshAhead, retryPause, true, keptLoads);
    }

    /** Returns a copy whose loads continue without waiting callers. */
    public LookupOptions withKeptLoads() {
        return new LookupOptions(maxWeight, maxPending, maxWaiters, refreshAhead, retryPause, staleAtOnce, true);
    }
}
