package io.policyengine.kernel.overload;

import java.time.Duration;
import java.util.Arrays;

/**
 * The shortest time of recent calls, for each chain: its calls took no longer when they did not wait. Chains are
 * counted in {@value #CELLS} cells by their id, for the current and the last {@code EPOCH}. Chains in one cell count as
 * one. Confined to an event loop.
 */
final class ShortestTimes {
    /** Number of cells in which the shortest times of a replica's chains are kept. */
    private static final int CELLS = 128;

    /** The time, in nanoseconds, for which a shortest time is kept at least. */
    private static final long EPOCH = Duration.ofSeconds(10).toNanos();

    private long[] last = none();
    private long[] now = none();
    private long began;

    private static long[] none() {
        long[] cells = new long[CELLS];
        Arrays.fill(cells, Long.MAX_VALUE);
        return cells;
    }

    /** Returns the shortest time of the chain's calls, in nanoseconds; at most {@code time}. */
    long of(long chain, long time) {
        int cell = cell(chain);
        return Math.min(time, Math.min(last[cell], now[cell]));
    }

    void add(long chain, long time) {
        int cell = cell(chain);
        now[cell] = Math.min(now[cell], time);
    }

    /** Begins another epoch if the current one is over, which drops the times before it. */
    void roll(long at) {
        if (at - began < EPOCH) {
            return;
        }
        began = at;
        long[] free = last;
        last = now;
        Arrays.fill(free, Long.MAX_VALUE);
        now = free;
    }

    void clear() {
        Arrays.fill(last, Long.MAX_VALUE);
        Arrays.fill(now, Long.MAX_VALUE);
    }

    private static int cell(long chain) {
        return Long.hashCode(chain) & (CELLS - 1);
    }
}
