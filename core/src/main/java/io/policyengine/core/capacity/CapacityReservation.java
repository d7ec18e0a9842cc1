package io.policyengine.core.capacity;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The part of a {@link Capacity} that one owner has taken. {@link #close} gives it back permanently: nothing can be
 * taken afterwards, so late work cannot leak an amount. Lock-free and thread-safe.
 */
public final class CapacityReservation implements AutoCloseable {
    private static final long CLOSED = -1;

    private final Capacity capacity;
    private final long max;
    /** The reserved amount, or {@link #CLOSED}. */
    private final AtomicLong amount = new AtomicLong();

    CapacityReservation(Capacity capacity, long max) {
        this.capacity = capacity;
        this.max = max;
    }

    /** Returns the reserved amount; 0 if closed. */
    public long amount() {
        return Math.max(0, amount.get());
    }

    public boolean isClosed() {
        return amount.get() == CLOSED;
    }

    /**
     * Takes a further amount. Returns false and takes nothing if less than that is free, the maximum would be exceeded,
     * or the reservation is closed.
     */
    public boolean tryTake(long more) {
        return tryChange(more, true);
    }

    /**
     * Changes the reserved amount. Returns false and changes nothing if too little is free, the maximum would be
     * exceeded, or the reservation is closed.
     */
    public boolean tryResize(long newAmount) {
        return tryChange(newAmount, false);
    }

    private boolean tryChange(long value, boolean isAdded) {
        while (true) {
            long before = amount.get();
            long after = isAdded ? before + value : value;
            long more = after - before;
            if (before == CLOSED || after > max || (more > 0 && !capacity.tryTake(more))) {
                return false;
            }
            if (amount.compareAndSet(before, after)) {
                capacity.give(Math.max(0, -more));
                return true;
            }
            capacity.give(Math.max(0, more));
        }
    }

    /** Gives the amount back. Has no effect when repeated. */
    @Override
    public void close() {
        capacity.give(Math.max(0, amount.getAndSet(CLOSED)));
    }
}
