package io.policyengine.core.work.executor;

import java.util.concurrent.atomic.AtomicLong;

/** A share of the heap for running work. */
public final class HeapRoom implements Room {
    /** The part of the heap, as a divisor: what work makes lives as long as its exchange, which other bounds count. */
    private static final int SHARE = 4;

    private final long limit;
    private final AtomicLong leased = new AtomicLong();

    /** Room of so many bytes. */
    public HeapRoom(long limit) {
        this.limit = limit;
    }

    /** A quarter of the largest heap that this process may have. */
    public static HeapRoom ofProcess() {
        return new HeapRoom(Runtime.getRuntime().maxMemory() / SHARE);
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
