package io.policyengine.core.chain;

import java.util.Arrays;

/**
 * The start times and the durations of the entries that a worker runs in one call. Start times count from the start of
 * the call. Exact to the nanosecond up to one second, and to the microsecond up to the maximum of about 18 minutes.
 * Takes eight bytes per entry. For information only: no decision depends on these times.
 */
public final class EntryTimes {
    /** The value for a worker that reports no times. */
    public static final EntryTimes UNKNOWN = new EntryTimes(new long[0]);

    private static final int MICROS = 1 << 30;
    private static final int NANOS_A_MICRO = 1000;

    private final long[] packed;

    private EntryTimes(long[] packed) {
        this.packed = packed;
    }

    /** Returns the times created by {@link #pack}, one for each entry in order, up to {@code count}. */
    public static EntryTimes of(long[] packed, int count) {
        return new EntryTimes(packed.length == count ? packed : Arrays.copyOf(packed, count));
    }

    /**
     * Packs the times of one entry into a long.
     *
     * @param began nanoseconds from the start of the call to the start of the entry
     * @param took duration in nanoseconds
     */
    public static long pack(long began, long took) {
        return ((long) code(began) << Integer.SIZE) | code(took);
    }

    private static int code(long nanos) {
        if (nanos < MICROS) {
            return (int) Math.max(0, nanos);
        }
        return (int) Math.min(nanos / NANOS_A_MICRO, MICROS - 1) | MICROS;
    }

    private static long nanos(int code) {
        return (code & MICROS) == 0 ? code : (long) (code ^ MICROS) * NANOS_A_MICRO;
    }

    /** The number of entries with times. These are the first entries of the segment. */
    public int count() {
        return packed.length;
    }

    /** The nanoseconds from the start of the call to the start of the entry at this index; -1 if unknown. */
    public long began(int index) {
        return index < packed.length ? nanos((int) (packed[index] >>> Integer.SIZE)) : -1;
    }

    /** The duration of the entry at this index in nanoseconds; -1 if unknown. */
    public long took(int index) {
        return index < packed.length ? nanos((int) packed[index]) : -1;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof EntryTimes times && Arrays.equals(packed, times.packed);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(packed);
    }

    @Override
    public String toString() {
        return count() + " times";
    }
}
