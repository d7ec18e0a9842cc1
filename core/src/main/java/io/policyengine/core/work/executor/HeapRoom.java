package io.policyengine.core.work.executor;

import io.policyengine.core.memory.MemoryPlan;
import java.util.concurrent.atomic.AtomicLong;

/** A share of the heap for running work, or for what is kept. */
public final class HeapRoom implements Room {
    private final long limit;
    private final AtomicLong leased = new AtomicLong();

    /** Room of so many bytes. */
    public HeapRoom(long limit) {
        this.limit = limit;
    }

    /**
     * Returns the budget that the heap of this process leaves after everything else: results of work live as long as
     * their exchange, which other bounds count.
     */
    public static HeapRoom ofProcess() {
        return new HeapRoom(MemoryPlan.HERE.maxWorkBytes());
    }

    @Override
    public boolean lease(long bytes) {
        long before = leased.getAndUpdate(held -> bytes <= limit - held ? held + bytes : held);
        return bytes <= limit - before;
    }

    @Override
    public void giveBack(long bytes) {
        leased.addAndGet(-bytes);
    }

    @Override
    public long limit() {
        return limit;
    }

    @Override
    public long leased() {
        return leased.get();
    }
}
