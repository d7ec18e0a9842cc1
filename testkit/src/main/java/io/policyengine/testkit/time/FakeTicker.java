package io.policyengine.testkit.time;

import io.policyengine.core.time.Ticker;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;

/** A monotonic clock and a wall clock for tests. Time passes only when a test advances it. Thread-safe. */
public final class FakeTicker implements Ticker, InstantSource {
    /** Wall-clock time at which each ticker starts. */
    public static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    /**
     * Initial monotonic time in nanoseconds. It is not zero, to expose code that uses absolute values, and far from
     * overflow.
     */
    private static final long FIRST = 1_000_000_000_000L;

    private final AtomicLong nanos = new AtomicLong(FIRST);
    private final AtomicLong set = new AtomicLong();

    @Override
    public long nanoTime() {
        return nanos.get();
    }

    @Override
    public Instant instant() {
        return START.plusNanos(nanos.get() - FIRST + set.get());
    }

    /**
     * Advances the time.
     *
     * @throws IllegalArgumentException if the duration is negative
     */
    public void advance(Duration duration) {
        if (duration.isNegative()) {
            throw new IllegalArgumentException("time does not run backwards: " + duration);
        }
        nanos.addAndGet(duration.toNanos());
    }

    /** Sets the wall clock forward or, if the duration is negative, back. No monotonic time passes. */
    public void setClock(Duration by) {
        set.addAndGet(by.toNanos());
    }
}
