package io.policyengine.kernel.extproc;

import io.policyengine.core.time.Ticker;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;

/** Lets one line per interval through and counts what it left out. For all event loops. */
final class LogThrottle {
    private final Ticker ticker;
    private final long intervalNanos;
    private final AtomicLong next;
    private final AtomicLong leftOut = new AtomicLong();

    LogThrottle(Ticker ticker, Duration interval) {
        this.ticker = ticker;
        this.intervalNanos = interval.toNanos();
        this.next = new AtomicLong(ticker.nanoTime());
    }

    /** The number of lines that were left out since the last one, if this one may be written; empty if it is left out itself. */
    OptionalLong admit() {
        long now = ticker.nanoTime();
        long due = next.get();
        if (now - due >= 0 && next.compareAndSet(due, now + intervalNanos)) {
            return OptionalLong.of(leftOut.getAndSet(0));
        }
        leftOut.incrementAndGet();
        return OptionalLong.empty();
    }
}
