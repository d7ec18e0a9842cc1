package io.policyengine.kernel.account;

import io.policyengine.core.capacity.Capacity;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * Envoy's open streams in a process. Their number is limited, because each stream takes memory until it is closed, even
 * if it is silent or has its final answer. A busy event loop must leave some streams to the other loops, because an
 * event loop can close only its own streams. Thread-safe.
 */
public final class Streams {
    /** Streams are crowded when fewer than 1/{@value} of the maximum may still be opened. */
    private static final int LAST = 8;

    /**
     * A part of the maximum, 1/{@value}, is reserved for event loops that have less than an equal share of the streams.
     */
    private static final int FOR_THOSE_WITH_FEW = 4;

    private final AtomicInteger loops = new AtomicInteger();
    private final Capacity open = Capacity.open();
    private final LongAdder refused = new LongAdder();
    private volatile int limit = Integer.MAX_VALUE;

    Streams() {}

    /** Changes the maximum number of open streams. Open streams stay open. */
    public void limit(int most) {
        limit = most;
    }

    public int open() {
        return (int) open.taken();
    }

    /** Adds an event loop, and returns its streams. */
    public OfLoop join() {
        loops.incrementAndGet();
        return new OfLoop();
    }

    /** The streams of one event loop. Confined to that event loop. */
    public final class OfLoop {
        private int own;

        private OfLoop() {}

        /** Opens a stream; returns false if too many are already open. */
        public boolean tryOpen() {
            boolean isOpen = open.tryTakeWithin(1, most());
            own += isOpen ? 1 : 0;
            return isOpen;
        }

        /** Returns the number of open streams in the process at which this event loop must stop opening more. */
        private int most() {
            int most = limit;
            return own < most / loops.get() ? most : most - most / FOR_THOSE_WITH_FEW;
        }

        /** Returns whether only few more streams may be opened. Streams that are silent must then be closed soon. */
        public boolean isCrowded() {
            int most = most();
            return open.taken() > most - most / LAST;
        }

        /** Closes a stream of this event loop. */
        public void close() {
            own--;
            open.give(1);
        }

        /** Counts a refused stream. */
        public void refuse() {
            refused.increment();
        }
    }

    public long refused() {
        return refused.sum();
    }
}
