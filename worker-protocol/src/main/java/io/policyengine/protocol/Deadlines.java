package io.policyengine.protocol;

import io.policyengine.core.time.PromisedTime;
import io.policyengine.core.time.Ticker;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Converts deadlines to and from their two forms in messages: the remaining time in milliseconds (0: no deadline), and
 * the time on a clock that kernel and worker share (0: no shared clock).
 */
public final class Deadlines {
    private static final long NANOS_PER_MILLI = TimeUnit.MILLISECONDS.toNanos(1);

    private final Ticker ticker;
    private final Ticker arrival;
    private final long longestNanos;

    /**
     * Creates a converter for received messages.
     *
     * @param longest maximum time of a call; a later deadline is shortened to it
     */
    public Deadlines(Ticker ticker, Duration longest) {
        this(ticker, ticker, longest.toNanos());
    }

    private Deadlines(Ticker ticker, Ticker arrival, long longestNanos) {
        this.ticker = ticker;
        this.arrival = arrival;
        this.longestNanos = longestNanos;
    }

    /**
     * Converts nanoseconds to the remaining milliseconds in a message: rounded up, and at least 1, since 0 means no
     * deadline.
     */
    public static int millisLeft(long nanos) {
        long millis = (nanos + NANOS_PER_MILLI - 1) / NANOS_PER_MILLI;
        return Math.clamp(millis, 1, Integer.MAX_VALUE);
    }

    /**
     * Returns a converter for a message that arrived at this time of the ticker. Remaining times are counted from the
     * arrival, even if the message is decoded later.
     */
    public Deadlines ofArrival(long nanos) {
        return new Deadlines(ticker, () -> nanos, longestNanos);
    }

    /**
     * Returns the deadline of a message, as a time of the ticker. If the two forms of the deadline differ, the earlier
     * time applies.
     *
     * @param millisLeft the remaining time in unsigned milliseconds; 0 for no deadline
     * @param instant the deadline as an instant of the shared clock; 0 without a shared clock
     */
    long of(int millisLeft, long instant) {
        long counted = arrival.nanoTime() + whole(millisLeft);
        return instant != 0 && instant - counted < 0 ? instant : counted;
    }

    /**
     * Returns whether a message that begins now has less than its promised time. Such a message lost more than a
     * quarter of its time in sockets and queues. So its failures must not count as failures of a dependency.
     *
     * @param deadline the deadline that {@link #of} returned for these milliseconds
     */
    boolean isCutShort(int millisLeft, long deadline) {
        return ticker.nanoTime() - fullUntil(millisLeft, deadline) > 0;
    }

    /**
     * Returns the last time of the ticker at which the message can begin with its promised time.
     *
     * @param deadline the deadline that {@link #of} returned for these milliseconds
     */
    long fullUntil(int millisLeft, long deadline) {
        long whole = whole(millisLeft);
        return deadline - PromisedTime.of(whole, whole);
    }

    private long whole(int millisLeft) {
        long said = TimeUnit.MILLISECONDS.toNanos(Integer.toUnsignedLong(millisLeft));
        return said == 0 ? longestNanos : Math.min(said, longestNanos);
    }
}
