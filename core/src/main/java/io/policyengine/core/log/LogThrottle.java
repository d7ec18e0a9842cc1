package io.policyengine.core.log;

import io.policyengine.core.time.Ticker;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Passes a number of lines per interval and counts the suppressed ones. Thread-safe. */
public final class LogThrottle {
    private final Ticker ticker;
    private final int lines;
    private final long intervalNanos;
    private final AtomicLong from;
    private final AtomicInteger inInterval = new AtomicInteger();
    private final AtomicLong leftOut = new AtomicLong();

    /** Creates a throttle of one line per interval. */
    public LogThrottle(Ticker ticker, Duration interval) {
        this(ticker, 1, interval);
    }

    /**
     * Creates a throttle of several lines per interval, which begins with the first of them.
     *
     * @param lines at least 1
     */
    public LogThrottle(Ticker ticker, int lines, Duration interval) {
        this.ticker = ticker;
        this.lines = lines;
        this.intervalNanos = interval.toNanos();
        this.from = new AtomicLong(ticker.nanoTime() - intervalNanos);
    }

    /** Returns the number of lines suppressed before this one; empty if this one is suppressed. */
    public OptionalLong admit() {
        long now = ticker.nanoTime();
        long began = from.get();
        if (now - began >= intervalNanos && from.compareAndSet(began, now)) {
            inInterval.set(0);
        }
        if (inInterval.get() < lines && inInterval.incrementAndGet() <= lines) {
            return OptionalLong.of(leftOut.getAndSet(0));
        }
        leftOut.incrementAndGet();
        return OptionalLong.empty();
    }

    /** Returns whether no line is suppressed and the next one would begin an interval. */
    public boolean isIdle() {
        return leftOut.get() == 0 && ticker.nanoTime() - from.get() >= intervalNanos;
    }
}
