package io.policyengine.worker.callout;

import io.policyengine.core.capacity.Capacity;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * The slots of concurrent calls and a queue of calls that wait for a slot, in order of arrival. Both are bounded.
 * Thread-safe.
 */
final class CallSlots {
    /** The calls that have a slot. */
    private final Capacity calls;
    /** The calls that wait for a slot. */
    private final Capacity waiting;
    /** Calls in progress whose exchanges no longer wait for them: at most half of the slots. */
    private final Capacity givenUp;

    private final ConcurrentLinkedQueue<Runnable> queue = new ConcurrentLinkedQueue<>();

    CallSlots(int max, int maxWaiting) {
        this.calls = new Capacity(max);
        this.waiting = new Capacity(maxWaiting);
        this.givenUp = new Capacity(max / 2);
    }

    /**
     * Takes a slot now, or as soon as one is free.
     *
     * @param placed called with the slot, on any thread; the caller must then return the slot by {@link #giveBack}
     * @return false if too many calls wait
     */
    boolean take(Runnable placed) {
        if (queue.isEmpty() && calls.tryTake(1)) {
            placed.run();
            return true;
        }
        if (!waiting.tryTake(1)) {
            return false;
        }
        queue.add(placed);
        serve();
        return true;
    }

    /** Removes a call from the queue. Returns false if the call already has a slot. */
    boolean leave(Runnable placed) {
        if (queue.remove(placed)) {
            waiting.give(1);
            return true;
        }
        return false;
    }

    void giveBack() {
        calls.give(1);
        serve();
    }

    /**
     * Marks a call with a slot as given up by its exchange, until {@link #endGivenUp}. Returns false if too many such
     * calls are running.
     */
    boolean tryGiveUp() {
        return givenUp.tryTake(1);
    }

    void endGivenUp() {
        givenUp.give(1);
    }

    /** Returns the number of calls that have a slot or wait for one. */
    int size() {
        return (int) (calls.taken() + waiting.taken());
    }

    private void serve() {
        while (!queue.isEmpty() && calls.tryTake(1)) {
            Runnable next = queue.poll();
            if (next == null) {
                calls.give(1);
            } else {
                waiting.give(1);
                next.run();
            }
        }
    }
}
