package io.policyengine.policies.traffic.concurrencylimit;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The permits in use: their number for each key, and the key of each exchange that holds a permit. The numbers are
 * exact under concurrency, since a compare-and-set changes them. The memory is bounded by the running exchanges, since
 * a count of zero is removed.
 */
final class Permits {
    /** The value that marks a removed count. A caller that finds it retries with a new count. */
    private static final int GONE = -1;

    private final ConcurrentHashMap<String, AtomicInteger> counts = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<Long, String> holders = new ConcurrentHashMap<>();

    /**
     * Takes a permit for the exchange, unless it already has one; returns false if {@code max} permits of the key are
     * in use.
     */
    boolean take(long exchange, String key, int max) {
        if (holders.containsKey(exchange)) {
            return true;
        }
        if (!takeOf(key, max)) {
            return false;
        }
        holders.put(exchange, key);
        return true;
    }

    private boolean takeOf(String key, int max) {
        while (true) {
            AtomicInteger count = counts.computeIfAbsent(key, _ -> new AtomicInteger());
            int taken = count.get();
            while (taken != GONE) {
                if (taken >= max) {
                    return false;
                }
                if (count.compareAndSet(taken, taken + 1)) {
                    return true;
                }
                taken = count.get();
            }
            counts.remove(key, count);
        }
    }

    /** Releases the permit of the exchange, if it has one. */
    void giveBack(long exchange) {
        String key = holders.remove(exchange);
        AtomicInteger count = key == null ? null : counts.get(key);
        if (key != null && count != null && count.decrementAndGet() == 0 && count.compareAndSet(0, GONE)) {
            counts.remove(key, count);
        }
    }

    /** Returns the number of permits in use for the key. */
    int out(String key) {
        AtomicInteger count = counts.get(key);
        return count == null ? 0 : Math.max(0, count.get());
    }

    int out() {
        return holders.size();
    }

    int keys() {
        return counts.size();
    }
}
