package io.policyengine.worker.remote;

import io.policyengine.core.time.Ticker;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A circuit breaker. It opens after a number of consecutive failures. After a time, it admits one call, the probe. The
 * result of the probe closes or reopens the breaker. Thread-safe.
 *
 * <p>Until the first success, the server may just be starting. Therefore the breaker first opens only for
 * {@link #FIRST_OPEN}, and for twice as long each time that it reopens, but at most for the usual time.
 *
 * <p>Vert.x's own breaker is not suitable: tests cannot control its timers, and it counts failures within a time
 * window.
 */
public final class Breaker {
    /** Maximum time for which a breaker opens the first time, if no call has succeeded before. */
    static final Duration FIRST_OPEN = Duration.ofMillis(100);

    private static final State CLOSED = new State(0, false, 0, false, Long.MAX_VALUE);

    private final int maxFailures;
    private final long openNanos;
    private final Ticker ticker;
    private final AtomicReference<State> state;

    /**
     * The state of a breaker.
     *
     * @param probing whether the result of a probe is pending
     * @param openNanos maximum time for which the breaker opens next, in nanoseconds
     */
    private record State(int failures, boolean open, long openUntil, boolean probing, long openNanos) {}

    public Breaker(int maxFailures, Duration open, Ticker ticker) {
        this.maxFailures = maxFailures;
        this.openNanos = open.toNanos();
        this.ticker = ticker;
        this.state = new AtomicReference<>(new State(0, false, 0, false, FIRST_OPEN.toNanos()));
    }

    /** Returns whether a call may be made. If so, the call's result must be reported to the breaker. */
    public boolean admit() {
        while (true) {
            State now = state.get();
            if (!now.open()) {
                return true;
            }
            if (now.probing() || ticker.nanoTime() - now.openUntil() < 0) {
                return false;
            }
            if (state.compareAndSet(now, new State(now.failures(), true, now.openUntil(), true, now.openNanos()))) {
                return true;
            }
        }
    }

    /** Returns whether the breaker is open. An open breaker admits no call other than a probe. */
    public boolean isOpen() {
        return state.get().open();
    }

    public void succeeded() {
        if (!CLOSED.equals(state.get())) {
            state.set(CLOSED);
        }
    }

    /** Reports that a call was not answered. Returns true if this failure opened a closed breaker. */
    public boolean failed() {
        State before = state.getAndUpdate(now -> {
            if (now.open() && !now.probing()) {
                return now; // the call was admitted before the breaker opened
            }
            int failures = Math.min(maxFailures, now.failures() + 1);
            boolean opens = now.open() || failures >= maxFailures;
            if (!opens) {
                return new State(failures, false, now.openUntil(), false, now.openNanos());
            }
            long time = Math.min(openNanos, now.openNanos());
            return new State(
                    failures, true, ticker.nanoTime() + time, false, time < openNanos ? 2 * time : Long.MAX_VALUE);
        });
        return !before.open() && before.failures() + 1 >= maxFailures;
    }

    /**
     * Reports that a call ended without showing whether the server works. If the call was the probe, the next call
     * becomes the probe.
     */
    public void abandoned() {
        state.updateAndGet(
                now -> now.probing() ? new State(now.failures(), true, now.openUntil(), false, now.openNanos()) : now);
    }
}
