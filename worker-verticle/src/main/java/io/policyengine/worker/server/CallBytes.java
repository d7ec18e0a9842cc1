package io.policyengine.worker.server;

import io.vertx.core.Future;
import java.util.concurrent.atomic.LongAdder;

/**
 * The bytes held by calls on one event loop: messages until they are answered, answers until they are sent, and parts
 * of bodies kept between chunks. Calls beyond the limit are refused. A quarter is reserved for small calls, so that
 * large bodies of one route leave room for others; kept parts of bodies may use half, so that stalled bodies leave room
 * too. Confined to the event loop.
 */
final class CallBytes {
    /** The reason why calls are refused. */
    static final String FULL = "calls hold as many bytes as worker_core.resource_limits.max_buffered_bytes";

    /** Bytes up to which a call or a chunk is small: most calls are, since they have header fields and no body. */
    private static final int SMALL = 16 << 10;

    /** The part of the room, as a divisor, that is for small calls alone. */
    private static final int FOR_SMALL = 4;

    /** The reason why a body may not keep more. */
    static final String FULL_OF_KEPT = "policies keep of bodies half of worker_core.resource_limits.max_buffered_bytes";

    private final long limit;
    private final LongAdder ofAllLoops;
    private long held;
    /** The bytes held by small calls. */
    private long heldBySmall;

    private long kept;

    /**
     * Creates an empty budget.
     *
     * @param limit bytes of this event loop
     * @param ofAllLoops counter of the bytes of all event loops
     */
    CallBytes(long limit, LongAdder ofAllLoops) {
        this.limit = limit;
        this.ofAllLoops = ofAllLoops;
    }

    /** True if no call or chunk of so many bytes should begin before others have ended. */
    boolean isFull(long bytes) {
        return bytes <= SMALL ? held >= limit && heldBySmall >= limit / FOR_SMALL : isFullForLarge();
    }

    /** True if no more of a large call should be read before others have ended. */
    boolean isFullForLarge() {
        return held >= limit - limit / FOR_SMALL;
    }

    /** Takes the bytes of a call or a chunk. */
    void takeCall(long bytes) {
        take(bytes);
        heldBySmall += bytes <= SMALL ? bytes : 0;
    }

    /** Gives back the bytes of a call or a chunk. */
    void giveCall(long bytes) {
        give(bytes);
        heldBySmall -= bytes <= SMALL ? bytes : 0;
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
