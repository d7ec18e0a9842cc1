package io.policyengine.policies.traffic.shared.counting;

import io.policyengine.policies.traffic.shared.limit.UsageMeter;

/** The counts of some limits after a request has been counted, or refused. */
public final class Tally {
    /** Time of the store, in microseconds. */
    final long now;
    /** A bit for each limit that had not enough left. */
    final long over;
    /** A bit for each limit whose count is another than it was, beyond what time has done to it. */
    final long changed;
    /** Counts of the limits one after the other, as {@link UsageMeter} has them. */
    final long[] counts;

    Tally(long now, long over, long changed, long[] counts) {
        this.now = now;
        this.over = over;
        this.changed = changed;
        this.counts = counts;
    }

    /** The time of a store that was asked about windows of another time, and has counted nothing. */
    static Tally ofTimeAlone(long now) {
        return new Tally(now, 0, 0, new long[0]);
    }

    /** True if the store has counted. */
    boolean isCounted() {
        return counts.length > 0;
    }

    /** True if the limit had not enough left. */
    boolean isOver(int limit) {
        return has(over, limit);
    }

    /** True if the count of the limit has to be kept. */
    boolean isChanged(int limit) {
        return has(changed, limit);
    }

    private static boolean has(long bits, int index) {
        return (bits >> index & 1) != 0;
    }
}
