package io.policyengine.worker.server;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.LongAdder;

/**
 * The bytes that calls hold on one event loop: their messages until they are answered, and answers until they have left. Where they are too
 * many, calls on a stream are refused, and messages of other calls wait for their turn before they are read. Confined to the event loop.
 */
final class HeldBytes {
    /** The reason why calls are refused. */
    static final String FULL = "calls hold as many bytes as worker_core.resource_limits.max_buffered_bytes";

    private final long limit;
    private final LongAdder ofAllLoops;
    private final Deque<Turn> waiting = new ArrayDeque<>();
    private long held;

    /**
     * Nothing is held yet.
     *
     * @param limit bytes of this event loop
     * @param ofAllLoops where the bytes of all event loops are counted
     */
    HeldBytes(long limit, LongAdder ofAllLoops) {
        this.limit = limit;
        this.ofAllLoops = ofAllLoops;
    }

    /** A place in the line of those that wait for room. */
    final class Turn {
        private final Runnable granted;
        private boolean over;

        private Turn(Runnable granted) {
            this.granted = granted;
        }

        /** Waits no longer; nothing happens if it was granted. */
        void giveUp() {
            over = true;
            serve();
        }
    }

    /** True if no call should begin before others have ended. */
    boolean isFull() {
        return held >= limit;
    }

    /** Takes bytes for what is in memory already. */
    void take(long bytes) {
        held += bytes;
        ofAllLoops.add(bytes);
    }

    /** Gives back bytes that were taken. */
    void give(long bytes) {
        take(-bytes);
        serve();
    }

    /**
     * Waits until it is not full, in the order of arrival.
     *
     * @param granted called then, at once or in a later turn
     */
    Turn await(Runnable granted) {
        Turn turn = new Turn(granted);
        waiting.add(turn);
        serve();
        return turn;
    }

    private void serve() {
        Turn first = waiting.peek();
        while (first != null && (first.over || !isFull())) {
            waiting.remove();
            if (!first.over) {
                first.over = true;
                first.granted.run();
            }
            first = waiting.peek();
        }
    }
}
