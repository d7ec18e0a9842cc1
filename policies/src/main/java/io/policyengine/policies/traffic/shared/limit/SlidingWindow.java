package io.policyengine.policies.traffic.shared.limit;

import io.policyengine.core.store.StoreOperation.Arguments;

/**
 * A sliding window, approximated by two fixed windows: the previous window counts in proportion to its overlap, as if
 * its requests had arrived evenly. If its requests arrived late, they stop counting too early: in any fraction <i>p</i>
 * of the window, at most (1 + <i>p</i>) times the limit pass.
 */
record SlidingWindow(long period, long capacity) implements UsageMeter {
    @Override
    public void describe(Arguments arguments, long now) {
        arguments.add("sliding").add(period);
    }

    @Override
    public long unit() {
        return 1;
    }

    @Override
    public long windowSeconds() {
        return Seconds.ofMicros(period);
    }

    @Override
    public void advance(long[] counts, int from, long now) {
        long past = now - counts[from + AT];
        if (past >= 2 * period) {
            counts[from + AT] = now;
            counts[from + COUNT] = 0;
            counts[from + BEFORE] = 0;
        } else if (past >= period) {
            counts[from + AT] += period;
            counts[from + BEFORE] = counts[from + COUNT];
            counts[from + COUNT] = 0;
        }
    }

    @Override
    public void giveBack(long[] counts, int from, long now, long units, long at, long level) {
        if (at == counts[from + AT]) {
            counts[from + COUNT] = Math.max(0, counts[from + COUNT] - units);
        } else if (at + period == counts[from + AT]) {
            counts[from + BEFORE] = Math.max(0, counts[from + BEFORE] - units);
        }
    }

    @Override
    public long used(long[] counts, int from, long now) {
        return counts[from + COUNT] + slidIn(counts[from + BEFORE], now - counts[from + AT]);
    }

    /**
     * Returns the part of the previous window's count that still counts {@code past} microseconds after the end of that
     * window; rounded up.
     */
    private long slidIn(long count, long past) {
        return (long) Math.ceil((double) count * (period - past) / period);
    }

    @Override
    public long untilFree(long[] counts, int from, long now, long units) {
        long past = now - counts[from + AT];
        long free = capacity - units - counts[from + COUNT];
        if (free >= 0) {
            return Math.max(0, slidOut(counts[from + BEFORE], free) - past);
        }
        return period - past + slidOut(counts[from + COUNT], capacity - units);
    }

    /**
     * Returns the time in a window after which the previous window still contributes at most {@code left} of its count.
     */
    private long slidOut(long count, long left) {
        return count <= left ? 0 : period - (long) Math.floor((double) left * period / count);
    }

    @Override
    public long untilAllIsFree(long[] counts, int from, long now) {
        long left = counts[from + AT] + period - now;
        if (counts[from + COUNT] > 0) {
            return left + period;
        }
        return counts[from + BEFORE] > 0 ? left : 0;
    }

    @Override
    public long lifeMicros(long[] counts, int from, long now) {
        return counts[from + AT] + 2 * period - now;
    }
}
