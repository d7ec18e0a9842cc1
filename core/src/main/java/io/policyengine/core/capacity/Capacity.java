package io.policyengine.core.capacity;

import java.util.concurrent.atomic.AtomicLong;

/**
 * A counter of bytes or slots that callers take and return. Lock-free and thread-safe; taking is one compare-and-set
 * and allocates nothing.
 */
public final class Capacity {
    private final AtomicLong limit;
    private final AtomicLong free;

    /** Creates a capacity without a limit of its own, for callers that pass a limit to {@link #tryTakeWithin}. */
    public static Capacity open() {
        return new Capacity(Long.MAX_VALUE);
    }

    /** Creates a capacity of which nothing is taken. */
    public Capacity(long limit) {
        this.limit = new AtomicLong(limit);
        this.free = new AtomicLong(limit);
    }

    public long limit() {
        return limit.get();
    }

    public long taken() {
        return limit.get() - free.get();
    }

    /** The free amount; negative if the limit was lowered below the taken amount. */
    public long free() {
        return free.get();
    }

    /** Takes an amount. Returns false and takes nothing if less than that is free. */
    public boolean tryTake(long amount) {
        return tryTake(amount, 0);
    }

    /** Takes an amount if at least {@code reserve} stays free afterwards. Otherwise returns false and takes nothing. */
    public boolean tryTake(long amount, long reserve) {
        long now = free.get();
        while (now - reserve >= amount) {
            if (free.compareAndSet(now, now - amount)) {
                return true;
            }
            now = free.get();
        }
        return false;
    }

    /**
     * Takes an amount if the total taken does not exceed {@code most}, which may differ between callers. Otherwise
     * returns false and takes nothing.
     */
    public boolean tryTakeWithin(long amount, long most) {
        return tryTake(amount, limit.get() - most);
    }

    /** Takes an amount that is already in use, even if less than that is free. */
    public void take(long amount) {
        free.addAndGet(-amount);
    }

    public void give(long amount) {
        free.addAndGet(amount);
    }

    /** Returns an empty reservation for one owner, who must close it. */
    public CapacityReservation reservation() {
        return reservation(Long.MAX_VALUE);
    }

    /** Returns an empty reservation of at most {@code max} for one owner, who must close it. */
    public CapacityReservation reservation(long max) {
        return new CapacityReservation(this, max);
    }

    /**
     * Changes the limit. Taken amounts stay taken. If they exceed the new limit, nothing can be taken until enough has
     * been given back.
     */
    public void resize(long newLimit) {
        free.addAndGet(newLimit - limit.getAndSet(newLimit));
    }

    /** Raises the limit by an amount; a negative amount lowers it. */
    public void raise(long amount) {
        limit.addAndGet(amount);
        free.addAndGet(amount);
    }
}
