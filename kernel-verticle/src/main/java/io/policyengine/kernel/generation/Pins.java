package io.policyengine.kernel.generation;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The count of a generation's users (pins): its exchanges, plus one while it is current. Once the count is 0, no pin
 * can be added. Thread-safe.
 */
final class Pins {
    private final AtomicLong count = new AtomicLong(1);
    private final Runnable unused;

    /**
     * Creates the count of a generation that is current: 1.
     *
     * @param unused called once, on the thread that releases the last pin
     */
    Pins(Runnable unused) {
        this.unused = unused;
    }

    /** Adds a user of the generation; returns false if the count has reached 0. */
    boolean tryPin() {
        while (true) {
            long now = count.get();
            if (now == 0) {
                return false;
            }
            if (count.compareAndSet(now, now + 1)) {
                return true;
            }
        }
    }

    void unpin() {
        if (count.decrementAndGet() == 0) {
            unused.run();
        }
    }
}
