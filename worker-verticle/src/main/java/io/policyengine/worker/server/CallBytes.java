package io.policyengine.worker.server;

import io.vertx.core.Future;
import java.util.concurrent.atomic.LongAdder;

/**
 * The bytes held by calls on one event loop: unanswered messages, unsent answers, and parts of bodies that policies
 * keep between chunks. Large calls are refused at three quarters of the limit, to leave room for small calls. Kept
 * parts may take half of the limit, so that stalled bodies leave room for other calls. Confined to the event loop.
 */
final class CallBytes {
    static final String FULL = "the bytes of calls have reached worker_core.resource_limits.max_buffered_bytes";

    /** Maximum size of a small call or chunk, in bytes. Most calls without a body are small. */
    private static final int SMALL = 16 << 10;

    /** Divisor of the limit: the quotient is the part reserved for small calls. */
    private static final int FOR_SMALL = 4;

    static final String FULL_OF_KEPT =
            "parts of bodies that policies keep use half of worker_core.resource_limits.max_buffered_bytes";

    private final long limit;
    private final LongAdder ofAllLoops;
    private long held;
    private long heldBySmall;

    private long kept;

    /** Creates the budget of one event loop, in bytes; {@code ofAllLoops} counts the bytes of all event loops. */
    CallBytes(long limit, LongAdder ofAllLoops) {
        this.limit = limit;
        this.ofAllLoops = ofAllLoops;
    }

    /** Returns whether a call or chunk of this size must be refused. */
    boolean isFull(long bytes) {
        return bytes <= SMALL ? held >= limit && heldBySmall >= limit / FOR_SMALL : isFullForLarge();
    }

    /** Returns whether a large call must be refused or, if it is being read, must not be read further. */
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

    /** Adds bytes that are already in memory, even beyond the limit. */
    void take(long bytes) {
        held += bytes;
        ofAllLoops.add(bytes);
    }

    void give(long bytes) {
        take(-bytes);
    }

    /** Returns whether parts of bodies kept between chunks exceed their share. */
    boolean isFullOfKept() {
        return kept > limit / 2;
    }

    /** Adds bytes of a body that a policy keeps between chunks. A negative number removes bytes. */
    void keep(long bytes) {
        kept += bytes;
        take(bytes);
    }

    /** Counts the bytes of an answer until its write has succeeded or failed. */
    void countUntilWritten(long bytes, Future<Void> write) {
        if (!write.isComplete()) {
            take(bytes);
            write.onComplete(_ -> give(bytes));
        }
    }
}
