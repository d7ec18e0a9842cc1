package io.policyengine.worker.callout;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The slots of concurrent calls and the queue of calls that wait for one, both bounded. First come, first served.
 * Thread-safe.
 */
final class Places {
    private final int max;
    private final int maxWaiting;
    private final AtomicInteger taken = new AtomicInteger();
    private final AtomicInteger waiting = new AtomicInteger();
    private final ConcurrentLinkedQueue<Runnable> queue = new ConcurrentLinkedQueue<>();

    Places(int max, int maxWaiting) {
        this.max = max;
        this.maxWaiting = maxWaiting;
    }

    /**
     * Takes a place, now or when one is free.
     *
     * @param placed called once the place is the caller's, on any thread; it gives it back by {@link #giveBack}
     * @return false if too many wait
     */
    boolean take(Runnable placed) {
        if (queue.isEmpty() && tryTake()) {
            placed.run();
            return true;
        }
        if (waiting.incrementAndGet() > maxWaiting) {
            waiting.decrementAndGet();
            return false;
        }
        queue.add(placed);
        serve();
        return true;
    }

    /** Waits no longer; false if it has its place already. */
    boolean leave(Runnable placed) {
        if (queue.remove(placed)) {
            waiting.decrementAndGet();
            return true;
        }
        return false;
    }

    void giveBack() {
        taken.decrementAndGet();
        serve();
    }

    /** The number of calls that have a slot or wait for one. */
    int size() {
        return taken.get() + waiting.get();
    }

    private void serve() {
        while (!queue.isEmpty() && tryTake()) {
            Runnable next = queue.poll();
            if (next == null) {
                taken.decrementAndGet();
            } else {
                waiting.decrementAndGet();
                next.run();
            }
        }
    }

    private boolean tryTake() {
        int before;
        do {
            before = taken.get();
            if (before >= max) {
                return false;
            }
        } while (!taken.compareAndSet(before, before + 1));
        return true;
    }
}
