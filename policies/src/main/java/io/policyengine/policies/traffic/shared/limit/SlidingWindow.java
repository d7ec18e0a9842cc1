package io.policyengine.policies.traffic.shared.limit;

import io.policyengine.core.store.StoreOperation.Arguments;
import java.util.Arrays;

/**
 * An algorithm with a sliding window: in any span of the window's length, at most as many requests pass as the limit
 * permits. Time is divided into cells of a twentieth of the window. The first cell begins with a client's first
 * request. All requests of a cell stop counting together, one window after the end of the cell. So a request counts for
 * at least the length of the window, and for at most a twentieth more.
 *
 * <p>The state is the start of the current cell, its count, and the counts of the {@value #CELLS} earlier cells, latest
 * first.
 */
record SlidingWindow(long period, long capacity) implements UsageMeter {
    /** Number of cells of a window, in addition to the current cell. */
    static final int CELLS = 20;

    @Override
    public void describe(Arguments arguments, long now) {
        arguments.add("sliding").add(cell()).add(CELLS);
    }

    /** Returns the length of a cell, rounded up so that the cells together are at least as long as the window. */
    private long cell() {
        return Math.ceilDiv(period, CELLS);
    }

    @Override
    public int numbers() {
        return BEFORE + CELLS;
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
        long steps = (now - counts[from + AT]) / cell();
        if (steps > CELLS) {
            counts[from + AT] = now;
            Arrays.fill(counts, from + COUNT, from + numbers(), 0);
        } else if (steps > 0) {
            int shift = (int) steps;
            System.arraycopy(counts, from + COUNT, counts, from + COUNT + shift, CELLS + 1 - shift);
            Arrays.fill(counts, from + COUNT, from + COUNT + shift, 0);
            counts[from + AT] += steps * cell();
        }
    }

    @Override
    public void giveBack(long[] counts, int from, long now, long units, long at, long level) {
        long past = counts[from + AT] - at;
        if (past >= 0 && past <= CELLS * cell() && past % cell() == 0) {
            int place = from + COUNT + (int) (past / cell());
            counts[place] = Math.max(0, counts[place] - units);
        }
    }

    @Override
    public long used(long[] counts, int from, long now) {
        long sum = 0;
        for (int age = 0; age <= CELLS; age++) {
            sum += counts[from + COUNT + age];
        }
        return sum;
    }

    @Override
    public long untilFree(long[] counts, int from, long now, long units) {
        long excess = used(counts, from, now) + units - capacity;
        if (excess <= 0) {
            return 0;
        }
        int age = CELLS;
        while (age > 0 && excess > counts[from + COUNT + age]) {
            excess -= counts[from + COUNT + age];
            age--;
        }
        return untilGone(age, counts, from, now);
    }

    /** Returns the microseconds until the requests of the cell with this age stop counting. */
    private long untilGone(int age, long[] counts, int from, long now) {
        return counts[from + AT] + (CELLS + 1 - age) * cell() - now;
    }

    @Override
    public long untilAllIsFree(long[] counts, int from, long now) {
        for (int age = 0; age <= CELLS; age++) {
            if (counts[from + COUNT + age] > 0) {
                return untilGone(age, counts, from, now);
            }
        }
        return 0;
    }

    @Override
    public long lifeMicros(long[] counts, int from, long now) {
        return untilGone(0, counts, from, now);
    }
}
