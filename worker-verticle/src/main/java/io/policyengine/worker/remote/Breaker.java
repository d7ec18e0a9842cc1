package io.policyengine.worker.remote;

import io.policyengine.core.time.Ticker;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A circuit breaker. It opens after a number of consecutive failures; after a time it admits one call, whose result
 * closes or reopens it. Thread-safe.
 *
 * <p>Vert.x' own breaker does not serve: its timers cannot be controlled by tests, and it counts failures within a time
 * window.
 */
public final class Breaker {
    private static final State CLOSED = new State(0, false, 0, false);

    private final int maxFailures;
    private final long openNanos;
    private final Ticker ticker;
    private final AtomicReference<State> state = new AtomicReference<>(CLOSED);

    /** A state; a call that is admitted while it is open is a probe. */
    private record State(int failures, boolean open, long openUntil, boolean probing) {}

    /** Creates a closed breaker. */
    public Breaker(int maxFailures, Duration open, Ticker ticker) {
        this.maxFailures = maxFailures;
        this.openNanos = open.toNanos();
        this.ticker = ticker;
    }

    /** True if a call may be made, whose result must be reported. */
    public boolean admit() {
        while (true) {
            State now = state.get();
            if (!now.open()) {
                return true;
            }
            if (now.probing() || ticker.nanoTime() - now.openUntil() < 0) {
                return false;
            }
            if (state.compareAndSet(now, new State(now.failures(), true, now.openUntil(), true))) {
                return true;
            }
        }
    }

    /** True if no calls are made, but for a probe. */
    public boolean isOpen() {
        return state.get().open();
    }

    /** A call was answered. */
    public void succeeded() {
        if (!CLOSED.equals(state.get())) {
            state.set(CLOSED);
        }
    }

    /** A call was not answered; true if that has opened the breaker. */
    public boolean failed() {
        State before = state.getAndUpdate(now -> {
            if (now.open() && !now.probing()) {
                return now; // one that was admitted before
            }
            boolean opens = now.open() || now.failures() + 1 >= maxFailures;
            return new State(
                    Math.min(maxFailures, now.failures() + 1),
                    opens,
                    opens ? ticker.nanoTime() + openNanos : now.openUntil(),
                    false);
        });
        return !before.open() && before.failures() + 1 >= maxFailures;
    }

    /** A call ended without saying anything about the server: the next one may be the probe. */
    public void abandoned() {
        state.updateAndGet(now -> now.probing() ? new State(now.failures(), true, now.openUntil(), false) : now);
    }
}
