package io.policyengine.policies.counting;

import io.policyengine.core.store.StoreOperation.Arguments;

/**
 * A way to count what one key uses. The count is three numbers: a time, a count and the count before, in units of which a request takes
 * {@link #unit}. Times are in microseconds, of the clock of the store. Immutable. {@link Charge} does the same in Lua, and all numbers are
 * integers below 2^53, so that both get the same.
 *
 * <p>A clock that is set back neither gives nor takes: a count whose time has not come yet goes on from the time that it is.
 */
sealed interface Meter permits Bucket, FixedWindow, SlidingWindow, CalendarWindow {
    /** Numbers of a count. */
    int NUMBERS = 3;

    /** Index of the time. */
    int AT = 0;

    /** Index of the count. */
    int COUNT = 1;

    /** Index of the count of the window before. */
    int BEFORE = 2;

    /** Adds how it counts to the arguments of the script. */
    void describe(Arguments arguments, long now);

    /** The most that may be used, in units. */
    long capacity();

    /** The units of one request. */
    long unit();

    /** The seconds after which what was used is free again, rounded up. */
    long windowSeconds();

    /** Brings a count, which begins at this index, to a time. */
    void advance(long[] counts, int from, long now);

    /** Units that are in use, of a count at its time. */
    long used(long[] counts, int from, long now);

    /** Microseconds until so many units, no more than there are, can be used; 0 for now. */
    long untilFree(long[] counts, int from, long now, long units);

    /** Microseconds until nothing is in use. */
    long untilAllIsFree(long[] counts, int from, long now);

    /** Microseconds for which a count has to be kept. */
    long lifeMicros(long[] counts, int from, long now);

    /** The number of requests that may be in use at most. */
    default long requests() {
        return capacity() / unit();
    }
}
