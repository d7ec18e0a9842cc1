package io.policyengine.policies.traffic.shared.counting;

import io.policyengine.policies.traffic.shared.limit.UsageMeter;

/** The counts of limits after a request was counted or denied. */
public final class Tally {
    /** Time of the store, in microseconds. */
    final long now;
    /** A bit for each limit that had too little left for the request. */
    final long over;
    /** A bit for each limit whose count has changed for a reason other than the passing of time. */
    final long changed;
    /** The counts of all limits in order, as defined by {@link UsageMeter}. */
    final long[] counts;

    Tally(long now, long over, long changed, long[] counts) {
        this.now = now;
        this.over = over;
        this.changed = changed;
        this.counts = counts;
    }

    /** Returns the tally of a store that counted nothing because its time was in none of the given windows. */
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
