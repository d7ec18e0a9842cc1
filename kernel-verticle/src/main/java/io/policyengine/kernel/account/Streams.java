package io.policyengine.kernel.account;

import io.policyengine.core.capacity.Capacity;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * Envoy's open streams in a process, limited in number: each takes memory from its opening to its end, even if it is
 * silent or finished. An event loop with more than its part leaves some to those with less, since a loop can close only
 * its own streams. Thread-safe.
 */
public final class Streams {
    /** The divisor of the limit that gives the last part. */
    private static final int LAST = 8;

    /** The part of them, as a divisor, that only event loops may take which have less than their part. */
    private static final int FOR_THOSE_WITH_FEW = 4;

    private final AtomicInteger loops = new AtomicInteger();
    private final Capacity open = Capacity.open();
    private final LongAdder refused = new LongAdder();
    private volatile int limit = Integer.MAX_VALUE;

    Streams() {}

    /** Changes the limit. What is open stays open. */
    public void limit(int most) {
        limit = most;
    }

    /** The number of open streams. */
    public int open() {
        return (int) open.taken();
    }

    /** Adds an event loop, and returns its streams. */
    public OfLoop join() {
        loops.incrementAndGet();
        return new OfLoop();
    }

    /** The streams of one event loop. Confined to it. */
    public final class OfLoop {
        private int own;

        private OfLoop() {}

        /** True if one more is open from now on; false if there are too many. */
        public boolean tryOpen() {
            boolean isOpen = open.tryTakeWithin(1, most());
            own += isOpen ? 1 : 0;
            return isOpen;
        }

        /** The number of all that are open, at which this event loop opens no more. */
        private int most() {
            int most = limit;
            return own < most / loops.get() ? most : most - most / FOR_THOSE_WITH_FEW;
        }

        /** True if few more may be opened: streams have little time to say something then. */
        public boolean isCrowded() {
            int most = most();
            return open.taken() > most - most / LAST;
        }

        /** A stream is over. */
        public void close() {
            own--;
            open.give(1);
        }

        /** A stream was refused. */
        public void refuse() {
            refused.increment();
        }
    }

    /** The number of refused streams. */
    public long refused() {
        return refused.sum();
    }
}
