package io.policyengine.testkit.time;

import io.policyengine.core.time.Ticker;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;

/** Monotonic and wall-clock time in one, which stands still until a test advances it. Thread-safe. */
public final class FakeTicker implements Ticker, InstantSource {
    /** The wall-clock time at which each ticker starts. */
    public static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    /** The initial time: not zero, and far from an overflow, since only differences may matter. */
    private static final long FIRST = 1_000_000_000_000L;

    private final AtomicLong nanos = new AtomicLong(FIRST);

    @Override
    public long nanoTime() {
        return nanos.get();
    }

    @Override
    public Instant instant() {
        return START.plusNanos(nanos.get() - FIRST);
    }

    /**
     * Advances the time.
     *
     * @throws IllegalArgumentException if it would run backwards
     */
    public void advance(Duration duration) {
        if (duration.isNegative()) {
            throw new IllegalArgumentException("time does not run backwards: " + duration);
        }
        nanos.addAndGet(duration.toNanos());
    }
}
