package io.policyengine.worker;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts the uses of a chain: running calls, body streams, shadow runs, and waits for the end of exchanges. One more
 * use is counted until the chain is released. Thread-safe.
 */
final class ChainUse {
    private final AtomicInteger users = new AtomicInteger(1);
    private volatile Runnable unused = () -> {};

    /** Sets the action that runs once, when the last use ends. Must be called before the first use. */
    void onUnused(Runnable action) {
        unused = action;
    }

    /** Adds a use. Returns false if the chain is no longer in use. */
    boolean enter() {
        int now = users.get();
        while (now > 0) {
            if (users.compareAndSet(now, now + 1)) {
                return true;
            }
            now = users.get();
        }
        return false;
    }

    void leave() {
        if (users.decrementAndGet() == 0) {
            unused.run();
        }
    }
}
