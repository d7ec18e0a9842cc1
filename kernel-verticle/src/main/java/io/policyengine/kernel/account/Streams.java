package io.policyengine.kernel.account;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * Envoy's open streams in a process, whose number is limited: each takes memory from its opening to its end, even if nothing has come on it
 * yet, or nothing is left to do. An event loop that has more than its part of them leaves some to those that have less, which can end none but
 * their own to make room. For all threads.
 */
public final class Streams {
    /** The last part of those that may be opened, as a divisor. */
    private static final int LAST = 8;

    /** The part of them, as a divisor, that only event loops may take which have less than their part. */
    private static final int FOR_THOSE_WITH_FEW = 4;

    private final AtomicInteger loops = new AtomicInteger();
    private final AtomicInteger open = new AtomicInteger();
    private final LongAdder refused = new LongAdder();
    private volatile int limit = Integer.MAX_VALUE;

    Streams() {}

    /** Changes the limit. What is open stays open. */
    public void limit(int most) {
        limit = most;
    }

    /** The number of those that are open. */
    public int open() {
        return open.get();
    }

    /** Those of one more event loop. */
    public OfLoop join() {
        loops.incrementAndGet();
        return new OfLoop();
    }

    /** Those of one event loop, to which it belongs. */
    public final class OfLoop {
        private int own;

        private OfLoop() {}

        /** True if one more is open from now on; false if there are too many. */
        public boolean tryOpen() {
            if (open.incrementAndGet() <= most()) {
                own++;
                return true;
            }
            open.decrementAndGet();
            return false;
        }

        /** The number of all that are open, at which this event loop opens no more. */
        private int most() {
            int most = limit;
            return own < most / loops.get() ? most : most - most / FOR_THOSE_WITH_FEW;
        }

        /** True if few more may be opened: streams have little time to say something then. */
        public boolean isCrowded() {
            int most = most();
            return open.get() > most - most / LAST;
        }

        /** A stream is over. */
        public void close() {
            own--;
            open.decrementAndGet();
        }

        /** A stream was refused. */
        public void refuse() {
            refused.increment();
        }
    }

    /** The number of those that were refused so far. */
    public long refused() {
        return refused.sum();
    }
}
