package io.policyengine.core.chain.run;

import io.policyengine.core.memory.MemoryPlan;
import io.policyengine.core.time.DeadlineWheel;
import io.policyengine.core.time.Ticker;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The state that all runs on one event loop share: timers, limits, quotas of shadow entries, and the running entry.
 * Confined to that event loop.
 */
final class ChainLoop {
    /**
     * Maximum number of shadow entries that run at once on one event loop. Further shadow entries do not run, since no
     * caller waits for them.
     */
    private static final int MAX_SHADOWS = 1000;

    /** Maximum bytes of bodies on one event loop that wait for shadow entries or are processed by them. */
    private static final long MAX_SHADOW_BYTES = MemoryPlan.HERE.maxShadowBytes();

    private final DeadlineWheel deadlines;
    private final Ticker ticker;
    private final ChainLimits limits;
    private int shadows;
    private long shadowBytes;

    /** The running entry, read by a watchdog on its own thread. */
    private final AtomicReference<@Nullable BoundEntry> running = new AtomicReference<>();

    ChainLoop(DeadlineWheel deadlines, Ticker ticker, ChainLimits limits) {
        this.deadlines = deadlines;
        this.ticker = ticker;
        this.limits = limits;
    }

    DeadlineWheel deadlines() {
        return deadlines;
    }

    Ticker ticker() {
        return ticker;
    }

    ChainLimits limits() {
        return limits;
    }

    /**
     * Reserves a slot for a shadow run, to be released with {@link #endShadow}. Returns false if all slots are in use.
     */
    boolean beginShadow() {
        if (shadows == MAX_SHADOWS) {
            return false;
        }
        shadows++;
        return true;
    }

    void endShadow() {
        shadows--;
    }

    /**
     * Reserves bytes of a body for a shadow entry, to be released with {@link #releaseForShadow}. Returns false if too
     * few bytes are free.
     */
    boolean keepForShadow(long bytes) {
        if (bytes > MAX_SHADOW_BYTES - shadowBytes) {
            return false;
        }
        shadowBytes += bytes;
        return true;
    }

    void releaseForShadow(long bytes) {
        shadowBytes -= bytes;
    }

    @Nullable
    BoundEntry running() {
        return running.getAcquire();
    }

    /**
     * Records that the entry's policy now executes on the event loop, and returns the previously recorded entry, or
     * null.
     */
    @Nullable
    BoundEntry hand(@Nullable BoundEntry entry) {
        BoundEntry before = running.getPlain();
        // A release store is enough: the watchdog need not see the entry at once, only if it does not return.
        running.setRelease(entry);
        return before;
    }
}
