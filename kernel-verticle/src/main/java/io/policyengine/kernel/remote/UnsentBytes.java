package io.policyengine.kernel.remote;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;

/**
 * The bytes of calls that a link has written and its worker has not taken; a stopped worker takes none but keeps its
 * connection. Abandoned calls are included. Confined to the link's event loop.
 */
final class UnsentBytes {
    /**
     * The unsent bytes of a link at which no further call begins. Each running call may still add one chunk at a time.
     */
    static final long MAX =
            Math.min(16 << 20, Math.max(1 << 20, Runtime.getRuntime().maxMemory() / 32));

    /** The maximum bytes of a small call; most calls are small, since they have header fields and no body. */
    private static final int SMALL = 16 << 10;

    /**
     * The fraction of the room, as a divisor, that is reserved for small calls, so that a large call does not block
     * them.
     */
    private static final int FOR_SMALL = 2;

    /** The time after which a full link is cut if its worker has taken nothing, which frees the bytes. */
    private static final long STUCK_NANOS = Duration.ofSeconds(10).toNanos();

    /** The bytes of all links together. */
    private final LongAdder all;

    private long bytes;
    private long movedNanos;

    UnsentBytes(LongAdder all) {
        this.all = all;
    }

    /** Adds written bytes until the write is done or abandoned. */
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

    boolean isFull() {
        return bytes >= MAX;
    }

    /** Returns whether a call of this size cannot begin. */
    boolean isFullFor(int size) {
        return size <= SMALL ? isFull() : bytes >= MAX - MAX / FOR_SMALL;
    }

    /** Returns whether it is full and the worker has taken nothing for long. */
    boolean isStuck(long nowNanos) {
        return isFullFor(Integer.MAX_VALUE) && nowNanos - movedNanos >= STUCK_NANOS;
    }

    long waiting() {
        return bytes;
    }
}
