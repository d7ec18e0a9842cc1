package io.policyengine.kernel.account;

import io.policyengine.core.capacity.Capacity;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A {@link Capacity} of bytes that all exchanges share, with a queue of claims for bytes that are not free yet.
 * Thread-safe; claims are served in order of arrival.
 *
 * <p>After a reservation for a part of a message, enough bytes for the largest message must remain free. A message that
 * finds too few bytes free claims all its remaining bytes at once. The first claim can therefore always be granted once
 * earlier messages are finished, even if other messages are incomplete.
 */
final class ByteBudget {
    /** Bytes of messages and their results, as {@code limits.max_buffered_bytes} counts them. */
    private final Capacity capacity;

    private final Queue<Claim> waiting = new ConcurrentLinkedQueue<>();
    /** The number of unprocessed calls of {@link #serve}. The caller that raises the number to 1 serves all claims. */
    private final AtomicInteger unserved = new AtomicInteger();

    ByteBudget(long capacity) {
        this.capacity = new Capacity(capacity);
    }

    long capacity() {
        return capacity.limit();
    }

    /**
     * Changes the capacity. Bytes already taken remain taken, so after a reduction the number of free bytes can be
     * negative.
     */
    void resize(long bytes) {
        capacity.resize(bytes);
        serve();
    }

    long taken() {
        return capacity.taken();
    }

    /** Returns the number of free bytes; negative after a reduction of the capacity below the bytes taken. */
    long free() {
        return capacity.free();
    }

    /** Takes bytes if enough are free and no claim waits. */
    boolean tryTake(long bytes) {
        return waiting.isEmpty() && capacity.tryTake(bytes);
    }

    /** Takes bytes for a part of a message, if no claim waits and {@code reserve} bytes remain free. */
    boolean tryTakePiece(long bytes, long reserve) {
        return waiting.isEmpty() && capacity.tryTake(bytes, reserve);
    }

    /**
     * Takes bytes for data already in memory if enough are free. Ignores waiting claims, which may themselves wait
     * until that data is processed.
     */
    boolean tryAdd(long bytes) {
        return bytes == 0 || capacity.tryTake(bytes);
    }

    /**
     * Claims bytes, at most {@link #capacity}.
     *
     * @param granted called once the bytes are taken, on any thread that uses the budget, possibly before this method
     *     returns; never after a successful {@link Claim#cancel}
     */
    Claim claim(long bytes, Runnable granted) {
        Claim claim = new Claim(bytes, granted);
        waiting.add(claim);
        serve();
        return claim;
    }

    void give(long bytes) {
        capacity.give(bytes);
        serve();
    }

    /** Grants claims in order of arrival while enough bytes are free, on one thread at a time. */
    private void serve() {
        if (unserved.getAndIncrement() > 0) {
            return;
        }
        int seen = 1;
        while (seen > 0) {
            serveWaiting();
            seen = unserved.addAndGet(-seen);
        }
    }

    private void serveWaiting() {
        Claim first = waiting.peek();
        while (first != null && (first.isCancelled() || first.takeBytes())) {
            waiting.remove(first);
            first = waiting.peek();
        }
    }

    /** A request for bytes that waits in the queue. */
    final class Claim {
        private enum State {
            WAITING,
            GRANTED,
            CANCELLED
        }

        private final long bytes;
        private final Runnable granted;
        private final AtomicReference<State> state = new AtomicReference<>(State.WAITING);

        private Claim(long bytes, Runnable granted) {
            this.bytes = bytes;
            this.granted = granted;
        }

        /** Cancels the claim; returns false if its bytes have already been taken. */
        boolean cancel() {
            boolean inTime = state.compareAndSet(State.WAITING, State.CANCELLED);
            if (inTime) {
                waiting.remove(this);
                serve();
            }
            return inTime;
        }

        private boolean isCancelled() {
            return state.get() == State.CANCELLED;
        }

        /**
         * Takes the claim's bytes; returns false if too few are free. If the claim was cancelled meanwhile, gives the
         * bytes back.
         */
        private boolean takeBytes() {
            if (!capacity.tryTake(bytes)) {
                return false;
            }
            if (state.compareAndSet(State.WAITING, State.GRANTED)) {
                granted.run();
            } else {
                capacity.give(bytes);
            }
            return true;
        }
    }
}
