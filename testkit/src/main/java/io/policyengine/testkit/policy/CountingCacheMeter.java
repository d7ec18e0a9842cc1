package io.policyengine.testkit.policy;

import io.policyengine.core.policy.CacheMeter;
import java.util.concurrent.atomic.AtomicLong;

/** A cache meter whose counts a test can read. */
public final class CountingCacheMeter implements CacheMeter {
    private final AtomicLong hits = new AtomicLong();
    private final AtomicLong stales = new AtomicLong();
    private final AtomicLong misses = new AtomicLong();

    @Override
    public void hit() {
        hits.incrementAndGet();
    }

    @Override
    public void stale() {
        stales.incrementAndGet();
    }

    @Override
    public void miss() {
        misses.incrementAndGet();
    }

    /** Returns the counts so far, as {@code 2 hits, 0 stale, 1 missed}. */
    @Override
    public String toString() {
        return hits + " hits, " + stales + " stale, " + misses + " missed";
    }
}
