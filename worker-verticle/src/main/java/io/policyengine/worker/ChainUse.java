package io.policyengine.worker;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts who uses a chain: calls under way, bodies that stream, runs in the shadow, entries that wait for the end of an
 * exchange, and one more while it is not released.
 * Thread-safe.
 */
final class ChainUse {
    private final AtomicInteger users = new AtomicInteger(1);
    private volatile Runnable unused = () -> {};

    /** Is called once, when nobody uses the chain any more. To be set before the chain is used. */
    void onUnused(Runnable action) {
        unused = action;
    }

    /** One more uses it; false if nobody did any more. */
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

    /** One less uses it. */
    void leave() {
        if (users.decrementAndGet() == 0) {
            unused.run();
        }
    }
}
