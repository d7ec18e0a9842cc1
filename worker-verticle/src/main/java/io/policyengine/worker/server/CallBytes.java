package io.policyengine.worker.server;

import io.vertx.core.Future;
import java.util.concurrent.atomic.LongAdder;

/**
 * The bytes held by calls on one event loop: unanswered messages, unsent answers, and parts of bodies kept between
 * chunks. Calls beyond the limit are refused. A quarter is reserved for small calls, so that large bodies of one route
 * leave room for others; kept parts of bodies may use half, so that stalled bodies leave room too. Confined to the
 * event loop.
 */
final class CallBytes {
    /** The message of a refused call. */
    static final String FULL = "calls hold as many bytes as worker_core.resource_limits.max_buffered_bytes";

    /** The maximum number of bytes of a small call or chunk. Most calls are small because they have header fields and no body. */
    private static final int SMALL = 16 << 10;

    /** The fraction of the limit, as a divisor, that is reserved for small calls. */
    private static final int FOR_SMALL = 4;

    /** The message of a refused body. */
    static final String FULL_OF_KEPT =
            "policies keep parts of bodies in half of worker_core.resource_limits.max_buffered_bytes";

    private final long limit;
    private final LongAdder ofAllLoops;
    private long held;
    private long heldBySmall;

    private long kept;

    /** Creates an empty budget of an event loop in bytes; {@code ofAllLoops} counts those of all. */
    CallBytes(long limit, LongAdder ofAllLoops) {
        this.limit = limit;
        this.ofAllLoops = ofAllLoops;
    }

    /** Returns whether a call or chunk of this size must be refused. */
    boolean isFull(long bytes) {
        return bytes <= SMALL ? held >= limit && heldBySmall >= limit / FOR_SMALL : isFullForLarge();
    }

    /** Returns whether no more of a large call may be read. */
    boolean isFullForLarge() {
        return held >= limit - limit / FOR_SMALL;
    }

    void takeCall(long bytes) {
        take(bytes);
        heldBySmall += bytes <= SMALL ? bytes : 0;
    }

    void giveCall(long bytes) {
        give(bytes);
        heldBySmall -= bytes <= SMALL ? bytes : 0;
    }

    /** Adds bytes that are in memory already. */
    void take(long bytes) {
        held += bytes;
        ofAllLoops.add(bytes);
    }

    void give(long bytes) {
        take(-bytes);
    }

    /** Returns whether no body may keep more between its chunks. */
    boolean isFullOfKept() {
        return kept > limit / 2;
    }

    /** Adds bytes that a body keeps between its chunks; a negative number removes them. */
    void keep(long bytes) {
        kept += bytes;
        take(bytes);
    }

    /** Adds the bytes of an answer until it is written, or has failed. */
    void countUntilWritten(long bytes, Future<Void> write) {
        if (!write.isComplete()) {
            take(bytes);
            write.onComplete(_ -> give(bytes));
        }
    }
}
