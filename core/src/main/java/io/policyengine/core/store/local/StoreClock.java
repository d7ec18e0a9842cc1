package io.policyengine.core.store.local;

import io.policyengine.core.time.Ticker;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;

/** A wall clock in microseconds that advances with the ticker, so that it jumps only if the system's clock is set. */
final class StoreClock {
    /**
     * Maximum deviation of the store's clock from the system's clock, in microseconds. A larger deviation means that
     * the system's clock was set.
     */
    private static final long SET_MICROS = 100_000;

    private final InstantSource clock;
    private final AtomicLong offset;

    StoreClock(InstantSource clock, Ticker ticker) {
        this.clock = clock;
        this.offset = new AtomicLong(clock.millis() * 1000 - ticker.nanoTime() / 1000);
    }

    long micros(long tickerNanos) {
        long ticks = tickerNanos / 1000;
        long wall = clock.millis() * 1000;
        long now = ticks + offset.get();
        if (Math.abs(now - wall) > SET_MICROS) {
            offset.set(wall - ticks);
            return wall;
        }
        return now;
    }
}
