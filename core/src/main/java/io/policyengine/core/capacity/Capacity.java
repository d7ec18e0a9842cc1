package io.policyengine.core.capacity;

import java.util.concurrent.atomic.AtomicLong;

/**
 * A number of bytes or places that many take from and give back to. Lock-free: one compare-and-set decides, and nothing is allocated.
 * Thread-safe.
 */
public final class Capacity {
    private final AtomicLong limit;
    private final AtomicLong free;

    /** A capacity without a limit of its own, for those who {@linkplain #tryTakeWithin say one}. */
    public static Capacity open() {
        return new Capacity(Long.MAX_VALUE);
    }

    /** A capacity of which nothing is taken. */
    public Capacity(long limit) {
        this.limit = new AtomicLong(limit);
        this.free = new AtomicLong(limit);
    }

    /** The most that can be taken. */
    public long limit() {
        return limit.get();
    }

    /** The amount that is taken. */
    public long taken() {
        return limit.get() - free.get();
    }

    /** The amount that is free; negative where the limit was lowered below what is taken. */
    public long free() {
        return free.get();
    }

    /** Takes an amount; false, with nothing taken, if it is not free. */
    public boolean tryTake(long amount) {
        return tryTake(amount, 0);
    }

    /** Takes an amount if another one stays free beyond it; false, with nothing taken, if not. */
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

    /** Takes an amount if no more than another one is taken then: a limit that differs between those who take; false if not. */
    public boolean tryTakeWithin(long amount, long most) {
        return tryTake(amount, limit.get() - most);
    }

    /** Takes an amount that is there already, whether it is free or not. */
    public void take(long amount) {
        free.addAndGet(-amount);
    }

    /** Gives back an amount that was taken. */
    public void give(long amount) {
        free.addAndGet(amount);
    }

    /** Changes the limit. What is taken stays taken: nothing more can be taken until enough of it was given back. */
    public void resize(long newLimit) {
        free.addAndGet(newLimit - limit.getAndSet(newLimit));
    }

    /** Raises the limit by an amount, or lowers it by a negative one. */
    public void raise(long amount) {
        limit.addAndGet(amount);
        free.addAndGet(amount);
    }
}
