package io.policyengine.core.chain;

import java.util.Arrays;

/**
 * The times of a segment's entries: when each began, after the call did, and how long it took. Exact to the nanosecond up to a second,
 * and to the microsecond beyond, up to a quarter of an hour, which is what longer ones are told as. Eight bytes an entry. Told for people:
 * nothing is decided by them.
 */
public final class EntryTimes {
    /** Of a worker that does not tell them. */
    public static final EntryTimes UNKNOWN = new EntryTimes(new long[0]);

    private static final int MICROS = 1 << 30;
    private static final int NANOS_A_MICRO = 1000;

    private final long[] packed;

    private EntryTimes(long[] packed) {
        this.packed = packed;
    }

    /** The times that {@link #pack} has made, one for each entry in order; those from {@code count} on are none. */
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

    /** The number of entries whose times are told: the first of the segment. */
    public int count() {
        return packed.length;
    }

    /** When the entry at this place in the segment began, in nanoseconds after the call did; -1 if that is not told. */
    public long began(int index) {
        return index < packed.length ? nanos((int) (packed[index] >>> Integer.SIZE)) : -1;
    }

    /** The time that the entry at this place in the segment took, in nanoseconds; -1 if that is not told. */
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
