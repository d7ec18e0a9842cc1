package io.policyengine.kernel.remote;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;

/**
 * The bytes of calls, including abandoned ones, that one event loop has written to a worker and the worker has not
 * read. A worker that hangs reads nothing but keeps its connection open. Confined to the event loop.
 */
final class UnsentBytes {
    /**
     * Maximum unsent bytes to a worker per event loop. No further call begins above it, but each running call may still
     * add one chunk at a time.
     */
    static final long MAX =
            Math.min(16 << 20, Math.max(1 << 20, Runtime.getRuntime().maxMemory() / 32));

    /** Maximum bytes of a small call. Most calls are small, because they have header fields and no body. */
    private static final int SMALL = 16 << 10;

    /**
     * A part of the maximum unsent bytes, 1/{@value}, is reserved for small calls, so that a large call does not block
     * them.
     */
    private static final int FOR_SMALL = 2;

    /**
     * The nanoseconds after which the connection is closed if the maximum is reached and the worker has read nothing.
     * Closing it frees the bytes.
     */
    private static final long STUCK_NANOS = Duration.ofSeconds(10).toNanos();

    /** The unsent bytes to all workers together. */
    private final LongAdder all;

    private long bytes;
    private long movedNanos;

    UnsentBytes(LongAdder all) {
        this.all = all;
    }

    /** Counts written bytes until the write completes or fails. */
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

    boolean isFullFor(int size) {
        return size <= SMALL ? isFull() : bytes >= MAX - MAX / FOR_SMALL;
    }

    /** Returns whether large calls cannot begin, and the worker has read nothing for long. */
    boolean isStuck(long nowNanos) {
        return isFullFor(Integer.MAX_VALUE) && nowNanos - movedNanos >= STUCK_NANOS;
    }

    long waiting() {
        return bytes;
    }
}
