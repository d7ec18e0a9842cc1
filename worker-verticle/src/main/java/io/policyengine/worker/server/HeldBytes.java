package io.policyengine.worker.server;

import io.vertx.core.Future;
import java.util.concurrent.atomic.LongAdder;

/**
 * The bytes that calls hold on one event loop: their messages until they are answered, answers until they have left, and what is kept of
 * bodies between their chunks. Where they are too many, calls are refused. What is kept has half of the room, so that bodies that do not go on
 * leave room to others. Confined to the event loop.
 */
final class HeldBytes {
    /** The reason why calls are refused. */
    static final String FULL = "calls hold as many bytes as worker_core.resource_limits.max_buffered_bytes";

    /** The reason why a body may not keep more. */
    static final String FULL_OF_KEPT = "policies keep of bodies half of worker_core.resource_limits.max_buffered_bytes";

    private final long limit;
    private final LongAdder ofAllLoops;
    private long held;
    private long kept;

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
    }

    /** True if no body should keep more between its chunks before others have ended. */
    boolean isFullOfKept() {
        return kept > limit / 2;
    }

    /** Takes bytes for what a body keeps between its chunks, or, if they are negative, gives them back. */
    void keep(long bytes) {
        kept += bytes;
        take(bytes);
    }

    /** Takes bytes of an answer and gives them back once they have left, or cannot leave any more. */
    void countUntilWritten(long bytes, Future<Void> write) {
        if (!write.isComplete()) {
            take(bytes);
            write.onComplete(_ -> give(bytes));
        }
    }
}
