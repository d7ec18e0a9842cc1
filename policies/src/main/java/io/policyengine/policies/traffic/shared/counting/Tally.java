package io.policyengine.policies.traffic.shared.counting;

import io.policyengine.policies.traffic.shared.limit.UsageMeter;

/** The counts of all limits after a request was counted or denied. */
public final class Tally {
    /** The store's time at the request, in microseconds. */
    final long now;
    /** Bit mask of the limits whose remaining amounts were too small for the request. */
    final long over;
    /** Bit mask of the limits whose counts have changed for a reason other than the passage of time. */
    final long changed;
    /** The counts of all limits in order, as defined by {@link UsageMeter}. */
    final long[] counts;

    Tally(long now, long over, long changed, long[] counts) {
        this.now = now;
        this.over = over;
        this.changed = changed;
        this.counts = counts;
    }

    /**
     * Returns the result for a request that was not counted, because the store's time was in none of the given windows.
     */
    static Tally ofTimeAlone(long now) {
        return new Tally(now, 0, 0, new long[0]);
    }

    boolean isCounted() {
        return counts.length > 0;
    }

    boolean isOver(int limit) {
        return has(over, limit);
    }

    /** Returns whether the count of the limit must be stored. */
    boolean isChanged(int limit) {
        return has(changed, limit);
    }

    private static boolean has(long bits, int index) {
        return (bits >> index & 1) != 0;
    }
}
