package io.policyengine.core.chain;

import java.util.Arrays;

/**
 * The begin, relative to the call, and the duration of each entry of a segment. Exact to the nanosecond up to a second,
 * and to the microsecond up to a quarter of an hour, the maximum. Eight bytes an entry. Informative only: no decision
 * depends on it.
 */
public final class EntryTimes {
    /** The times of a worker that does not report any. */
    public static final EntryTimes UNKNOWN = new EntryTimes(new long[0]);

    private static final int MICROS = 1 << 30;
    private static final int NANOS_A_MICRO = 1000;

    private final long[] packed;

    private EntryTimes(long[] packed) {
        this.packed = packed;
    }

    /** Returns the times made by {@link #pack}, one for each entry in order, up to {@code count}. */
    public static EntryTimes of(long[] packed, int count) {
        return new EntryTimes(packed.length == count ? packed : Arrays.copyOf(packed, count));
    }

    /**
     * The times of one entry.
     *
     * @param began nanoseconds after the call began
     * @param took nanoseconds
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

    /** The number of entries with times: the first ones of the segment. */
    public int count() {
        return packed.length;
    }

    /** The begin of the entry at this index in nanoseconds after the call's; -1 if unknown. */
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
