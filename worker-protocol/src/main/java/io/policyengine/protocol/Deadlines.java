package io.policyengine.protocol;

import io.policyengine.core.time.Ticker;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Converts between deadlines and their form in messages: the remaining time in milliseconds, or 0 for no deadline. */
public final class Deadlines {
    private static final long NANOS_PER_MILLI = TimeUnit.MILLISECONDS.toNanos(1);

    private final Ticker ticker;
    private final long longestNanos;

    /**
     * Creates a converter for received messages.
     *
     * @param longest maximum time of a call; a later deadline is shortened to it
     */
    public Deadlines(Ticker ticker, Duration longest) {
        this.ticker = ticker;
        this.longestNanos = longest.toNanos();
    }

    /** Returns the remaining milliseconds, rounded up; at least 1, since 0 means no deadline. */
    public static int millisLeft(long nanos) {
        long millis = (nanos + NANOS_PER_MILLI - 1) / NANOS_PER_MILLI;
        return Math.clamp(millis, 1, Integer.MAX_VALUE);
    }

    /** Returns the deadline, on the ticker, for the remaining time in a message (unsigned milliseconds). */
    long after(int millisLeft) {
        long said = TimeUnit.MILLISECONDS.toNanos(Integer.toUnsignedLong(millisLeft));
        return ticker.nanoTime() + (said == 0 ? longestNanos : Math.min(said, longestNanos));
    }
}
