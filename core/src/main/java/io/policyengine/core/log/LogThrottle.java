package io.policyengine.core.log;

import io.policyengine.core.time.Ticker;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Admits a limited number of log lines per interval and counts the suppressed lines. Thread-safe. */
public final class LogThrottle {
    private final Ticker ticker;
    private final int lines;
    private final long intervalNanos;
    private final AtomicLong from;
    private final AtomicInteger inInterval = new AtomicInteger();
    private final AtomicLong leftOut = new AtomicLong();

    /** Creates a throttle that admits one line per interval. */
    public LogThrottle(Ticker ticker, Duration interval) {
        this(ticker, 1, interval);
    }

    /**
     * Creates a throttle that admits several lines per interval. The first line after the end of an interval begins the
     * next interval.
     *
     * @param lines at least 1
     */
    public LogThrottle(Ticker ticker, int lines, Duration interval) {
        this.ticker = ticker;
        this.lines = lines;
        this.intervalNanos = interval.toNanos();
        this.from = new AtomicLong(ticker.nanoTime() - intervalNanos);
    }

    /**
     * Returns the number of lines suppressed since the last admitted line, or empty if the current line is suppressed.
     */
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

    /** Returns whether all suppressed lines have been reported and the last interval is over. */
    public boolean isIdle() {
        return leftOut.get() == 0 && ticker.nanoTime() - from.get() >= intervalNanos;
    }
}
