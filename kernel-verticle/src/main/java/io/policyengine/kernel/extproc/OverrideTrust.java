package io.policyengine.kernel.extproc;

import io.policyengine.core.time.Ticker;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Whether Envoy honours a mode override that asks for a body, or for trailers, as far as it has shown. It never says so: only what
 * comes, or does not, tells. One for each direction, mode and kind; shared by all event loops.
 */
final class OverrideTrust {
    /** Misses in a row that are more than clients and upstreams that stop before their body. */
    private static final int MOST_MISSES = 3;

    /** How long overrides are taken to be ignored, before one exchange tries again. */
    private static final long RETRY = Duration.ofSeconds(10).toNanos();

    private static final int UNPROVED = -1;

    private final Ticker ticker;
    /** Misses since a body came; {@link #UNPROVED} and below it: none has ever come. */
    private final AtomicInteger misses = new AtomicInteger(UNPROVED);

    private final AtomicLong nextTry;

    OverrideTrust(Ticker ticker) {
        this.ticker = ticker;
        this.nextTry = new AtomicLong(ticker.nanoTime());
    }

    /** A body came that was asked for. */
    void honoured() {
        if (misses.get() != 0) {
            misses.set(0);
        }
    }

    /**
     * A body did not come.
     *
     * @param certain whether the message went on without it; else its sender may have stopped before it
     */
    void missed(boolean certain) {
        int now = misses.updateAndGet(count -> {
            if (count >= 0) {
                return Math.min(count + 1, MOST_MISSES);
            }
            return certain ? UNPROVED - MOST_MISSES : Math.max(count - 1, UNPROVED - MOST_MISSES);
        });
        if (isTooMany(now)) {
            nextTry.set(ticker.nanoTime() + RETRY);
        }
    }

    /** Whether a body has come that was asked for. */
    boolean isProved() {
        return misses.get() > UNPROVED;
    }

    /** Whether a body that did not come must be taken for one that passed unseen. */
    boolean isDoubtful() {
        int count = misses.get();
        return count < 0 || isTooMany(count);
    }

    /** Whether overrides are ignored, so that a chain which depends on one must be refused; now and then one may try again. */
    boolean isLost() {
        if (!isTooMany(misses.get())) {
            return false;
        }
        long due = nextTry.get();
        long now = ticker.nanoTime();
        return now - due < 0 || !nextTry.compareAndSet(due, now + RETRY);
    }

    private static boolean isTooMany(int count) {
        return count >= MOST_MISSES || count <= UNPROVED - MOST_MISSES;
    }
}
