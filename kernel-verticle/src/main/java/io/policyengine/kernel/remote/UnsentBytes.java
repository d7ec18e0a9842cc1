package io.policyengine.kernel.remote;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;

/**
 * The bytes of calls that a link has written and its worker has not taken: a stopped worker takes none, and keeps its
 * connection. Abandoned calls are included. Confined to the link's event loop.
 */
final class UnsentBytes {
    /** The limit at which no call begins. Each running call may still add one chunk at a time. */
    static final long MAX =
            Math.min(16 << 20, Math.max(1 << 20, Runtime.getRuntime().maxMemory() / 32));

    /** Bytes up to which a call is small: most calls are, since they have header fields and no body. */
    private static final int SMALL = 16 << 10;

    /** The part of the room, as a divisor, that is for small calls alone: one large call is not to keep all others waiting. */
    private static final int FOR_SMALL = 2;

    /** The time after which a full link whose worker has taken nothing is cut, which frees the bytes. */
    private static final long STUCK_NANOS = Duration.ofSeconds(10).toNanos();

    /** The bytes of all links together. */
    private final LongAdder all;

    private long bytes;
    private long movedNanos;

    /**
     * Creates an empty count.
     *
     * @param all counts the bytes of all links
     */
    UnsentBytes(LongAdder all) {
        this.all = all;
    }

    /** Adds written bytes, until the write is done or abandoned. */
    void add(int size, Future<?> write, CallScope scope) {
        if (write.isComplete()) {
            return;
        }
        if (bytes == 0) {
            movedNanos = scope.now();
        }
        bytes += size;
        all.add(size);
        write.onComplete(_ -> {
            bytes -= size;
            all.add(-size);
            movedNanos = scope.now();
        });
    }

    /** True if no call may begin. */
    boolean isFull() {
        return bytes >= MAX;
    }

    /** True if no call of so many bytes may begin. */
    boolean isFullFor(int size) {
        return size <= SMALL ? isFull() : bytes >= MAX - MAX / FOR_SMALL;
    }

    /** True if it is full, and the worker has long taken nothing. */
    boolean isStuck(long nowNanos) {
        return isFullFor(Integer.MAX_VALUE) && nowNanos - movedNanos >= STUCK_NANOS;
    }

    /** The bytes that wait. */
    long waiting() {
        return bytes;
    }
}
