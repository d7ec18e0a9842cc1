package io.policyengine.kernel.generation;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The number of exchanges that pin a generation, plus one while the generation is current. Once it is 0, no pin can be
 * added. Thread-safe.
 */
final class Pins {
    private final AtomicLong count = new AtomicLong(1);
    private final Runnable unused;

    /**
     * Creates the count with one pin: that of the current generation.
     *
     * @param unused called once, on the thread that releases the last pin
     */
    Pins(Runnable unused) {
        this.unused = unused;
    }

    /** Adds a pin; returns false if the count has reached 0. */
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
