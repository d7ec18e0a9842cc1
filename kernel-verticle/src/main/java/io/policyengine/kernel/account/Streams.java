package io.policyengine.kernel.account;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * Envoy's open streams in a process, whose number is limited: each takes memory from its opening to its end, even if nothing has come on it
 * yet, or nothing is left to do. For all threads.
 */
public final class Streams {
    /** The last part of them, as a divisor. */
    private static final int LAST = 8;

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

    /** True if one more is open from now on; false if there are too many. */
    public boolean tryOpen() {
        if (open.incrementAndGet() <= limit) {
            return true;
        }
        open.decrementAndGet();
        return false;
    }

    /** True if the last part of them is in use: streams have little time to say something then. */
    public boolean isCrowded() {
        int most = limit;
        return open.get() > most - most / LAST;
    }

    /** A stream is over. */
    public void close() {
        open.decrementAndGet();
    }

    /** A stream was refused. */
    public void refuse() {
        refused.increment();
    }

    /** The number of those that were refused so far. */
    public long refused() {
        return refused.sum();
    }
}
