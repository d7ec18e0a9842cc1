package io.policyengine.core.capacity;

import java.util.concurrent.atomic.AtomicLong;

/**
 * A counter of bytes or slots that many callers take and give back. Lock-free: taking is one compare-and-set and
 * allocates nothing. Thread-safe.
 */
public final class Capacity {
    private final AtomicLong limit;
    private final AtomicLong free;

    /** Creates a capacity without a limit of its own, for callers of {@link #tryTakeWithin}. */
    public static Capacity open() {
        return new Capacity(Long.MAX_VALUE);
    }

    /** Creates a capacity that is completely free. */
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

    /** Takes an amount, or returns false and takes nothing if it is not free. */
    public boolean tryTake(long amount) {
        return tryTake(amount, 0);
    }

    /** Takes an amount if {@code reserve} stays free beyond it; otherwise returns false and takes nothing. */
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
     * Takes an amount if the total stays within {@code most}, a limit that may differ between callers; otherwise
     * returns false.
     */
    public boolean tryTakeWithin(long amount, long most) {
        return tryTake(amount, limit.get() - most);
    }

    /** Takes an amount that is already in use, even if it is not free. */
    public void take(long amount) {
        free.addAndGet(-amount);
    }

    public void give(long amount) {
        free.addAndGet(amount);
    }

    /** Changes the limit. Taken amounts stay taken; nothing more can be taken until enough is given back. */
    public void resize(long newLimit) {
        free.addAndGet(newLimit - limit.getAndSet(newLimit));
    }

    /** Raises the limit by an amount, or lowers it by a negative one. */
    public void raise(long amount) {
        limit.addAndGet(amount);
        free.addAndGet(amount);
    }
}
