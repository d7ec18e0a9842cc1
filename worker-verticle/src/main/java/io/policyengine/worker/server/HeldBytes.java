package io.policyengine.worker.server;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongConsumer;

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
        private final long bytes;
        private final LongConsumer granted;
        private boolean over;

        private Turn(long bytes, LongConsumer granted) {
            this.bytes = bytes;
            this.granted = granted;
        }

        /** Waits no longer; nothing happens if the bytes are taken. */
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
     * Takes bytes as soon as they are free, in the order of arrival. More than half of the limit count as that half, so that one call under way
     * keeps no other from being read.
     *
     * @param granted gets the bytes that are taken, at once or in a later turn
     */
    Turn await(long bytes, LongConsumer granted) {
        Turn turn = new Turn(Math.min(bytes, limit / 2), granted);
        waiting.add(turn);
        serve();
        return turn;
    }

    private void serve() {
        Turn first = waiting.peek();
        while (first != null && (first.over || held + first.bytes <= limit)) {
            waiting.remove();
            if (!first.over) {
                first.over = true;
                take(first.bytes);
                first.granted.accept(first.bytes);
            }
            first = waiting.peek();
        }
    }
}
