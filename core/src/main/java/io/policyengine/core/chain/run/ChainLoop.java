package io.policyengine.core.chain.run;

import io.policyengine.core.memory.MemoryPlan;
import io.policyengine.core.time.DeadlineWheel;
import io.policyengine.core.time.Ticker;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Time, limits and places that all runs on one event loop share, and the entry that has the loop now. Belongs to that event loop. */
final class ChainLoop {
    /** Limit of undecided shadow entries; further ones are not run, since no caller waits for them. */
    private static final int MAX_SHADOWS = 1000;

    /** Bytes of bodies on one event loop that wait for entries in the shadow, or are with them. */
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

    /** True if there is a place for one more, which needs an {@link #endShadow} then. */
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

    /** True if so many bytes of a body may be kept for an entry in the shadow; {@link #letGoForShadow} gives them back. */
    boolean keepForShadow(long bytes) {
        if (bytes > MAX_SHADOW_BYTES - shadowBytes) {
            return false;
        }
        shadowBytes += bytes;
        return true;
    }

    void letGoForShadow(long bytes) {
        shadowBytes -= bytes;
    }

    /** The entry whose policy has the event loop now, or null. To be read from any thread. */
    @Nullable
    BoundEntry running() {
        return running.getAcquire();
    }

    /** Notes which entry's policy has the event loop from now on; returns which had it before. */
    @Nullable
    BoundEntry hand(@Nullable BoundEntry entry) {
        BoundEntry before = running.getPlain();
        // A plain store to the processor: it need not be seen at once, only while the entry does not return.
        running.setRelease(entry);
        return before;
    }
}
