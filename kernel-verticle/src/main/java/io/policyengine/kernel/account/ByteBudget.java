package io.policyengine.kernel.account;

import io.policyengine.core.capacity.Capacity;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A {@link Capacity} of bytes shared by all calls, with the claims that wait for some of it: taken while messages are
 * gathered, returned afterwards. Thread-safe; waiting claims are served in order of arrival.
 *
 * <p>Parts of messages leave a reserve as large as the largest message. A message that finds no room waits for all of
 * its rest. So the first claim can always be served once earlier ones are finished, regardless of other incomplete
 * messages.
 */
final class ByteBudget {
    private final Capacity capacity;
    private final Queue<Claim> waiting = new ConcurrentLinkedQueue<>();
    /** The number of unprocessed calls of {@link #serve}: the caller that made it 1 serves for all. */
    private final AtomicInteger unserved = new AtomicInteger();

    /** A budget of so many bytes. */
    ByteBudget(long capacity) {
        this.capacity = new Capacity(capacity);
    }

    /** All bytes that there are. */
    long capacity() {
        return capacity.limit();
    }

    /** Changes what there is. What is taken stays taken: with less than that, nothing is free until enough was given back. */
    void resize(long bytes) {
        capacity.resize(bytes);
        serve();
    }

    /** Bytes that are taken now. */
    long taken() {
        return capacity.taken();
    }

    /** The number of free bytes; negative if the capacity was reduced. */
    long free() {
        return capacity.free();
    }

    /** Takes bytes if they are free and no claim waits. */
    boolean tryTake(long bytes) {
        return waiting.isEmpty() && capacity.tryTake(bytes);
    }

    /** Takes bytes for a part of a message if no claim waits, and a reserve stays free. */
    boolean tryTakePiece(long bytes, long reserve) {
        return waiting.isEmpty() && capacity.tryTake(bytes, reserve);
    }

    /** Takes bytes for what is in memory already, if they are free, even if others wait: those cannot be served before it is done with. */
    boolean tryAdd(long bytes) {
        return bytes == 0 || capacity.tryTake(bytes);
    }

    /**
     * Claims bytes, at most {@link #capacity}, and waits for them.
     *
     * @param granted called once they are taken, on the thread that returned them; never after a successful {@link
     *     Claim#cancel}
     */
    Claim claim(long bytes, Runnable granted) {
        Claim claim = new Claim(bytes, granted);
        waiting.add(claim);
        serve();
        return claim;
    }

    /** Gives back bytes that were taken. */
    void give(long bytes) {
        capacity.give(bytes);
        serve();
    }

    /** Grants claims in their order as far as the bytes go, on one thread at a time. */
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

    /** Bytes that are waited for. */
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

        /** Waits no longer; false if the bytes are taken already. */
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

        /** False if there are not enough; a claim that is cancelled meanwhile gives them back. */
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
