package io.policyengine.kernel.overload;

import java.time.Duration;
import java.util.Arrays;

/**
 * The time that recent calls of each chain took when they did not wait (their own time). It is estimated as the lowest
 * of the lower quartiles of blocks of {@value #BLOCK} successive calls. The shortest time would be too short, because a
 * few calls may end early, for example by a cache hit. The times are kept in {@value #CELLS} cells, by chain id, for
 * the current and the last {@code EPOCH}. Chains in one cell count as one. Confined to an event loop.
 */
final class OwnTimes {
    /** The value for a chain that has had too few calls. */
    static final long UNKNOWN = Long.MAX_VALUE;

    /** Number of cells in which the times of a replica's chains are kept. */
    private static final int CELLS = 128;

    /** The minimum nanoseconds for which a chain's time is kept. */
    private static final long EPOCH = Duration.ofSeconds(10).toNanos();

    /** Number of successive calls of which the lower quartile is taken. */
    private static final int BLOCK = 16;

    private static final int QUARTER = BLOCK / 4;

    /** The shortest times of each cell's current block, in order. */
    private final long[][] shortest = new long[CELLS][QUARTER];

    private final int[] counts = new int[CELLS];
    private long[] last = none();
    private long[] now = none();
    private long began;

    private static long[] none() {
        long[] cells = new long[CELLS];
        Arrays.fill(cells, UNKNOWN);
        return cells;
    }

    /** Returns the time that the chain's calls take when they do not wait, in nanoseconds, or {@link #UNKNOWN}. */
    long of(long chain) {
        int cell = cell(chain);
        return Math.min(last[cell], now[cell]);
    }

    void add(long chain, long time) {
        int cell = cell(chain);
        long[] times = shortest[cell];
        int at = Math.min(counts[cell], QUARTER);
        while (at > 0 && times[at - 1] > time) {
            at--;
        }
        if (at < QUARTER) {
            System.arraycopy(times, at, times, at + 1, QUARTER - 1 - at);
            times[at] = time;
        }
        if (++counts[cell] == BLOCK) {
            now[cell] = Math.min(now[cell], times[QUARTER - 1]);
            counts[cell] = 0;
        }
    }

    /** Begins another epoch if the current one is over, and drops the times before that one. */
    void roll(long at) {
        if (at - began < EPOCH) {
            return;
        }
        began = at;
        long[] free = last;
        last = now;
        Arrays.fill(free, UNKNOWN);
        now = free;
    }

    void clear() {
        Arrays.fill(last, UNKNOWN);
        Arrays.fill(now, UNKNOWN);
        Arrays.fill(counts, 0);
    }

    private static int cell(long chain) {
        return Long.hashCode(chain) & (CELLS - 1);
    }
}
