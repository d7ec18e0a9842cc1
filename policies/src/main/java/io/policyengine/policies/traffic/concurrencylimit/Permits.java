package io.policyengine.policies.traffic.concurrencylimit;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The permits in use: a count for each key, and the key of each exchange that holds one. Exact under concurrency: a
 * compare-and-set on the count decides. Bounded by the running exchanges, since a count of zero is removed.
 */
final class Permits {
    /** The value of a removed count, which callers replace. */
    private static final int GONE = -1;

    private final ConcurrentHashMap<String, AtomicInteger> counts = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<Long, String> holders = new ConcurrentHashMap<>();

    /** Takes a permit for the exchange; false if {@code max} of the key are out. An exchange that holds one needs no other. */
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

    /** Gives back what the exchange holds; nothing if it holds none. */
    void giveBack(long exchange) {
        String key = holders.remove(exchange);
        AtomicInteger count = key == null ? null : counts.get(key);
        if (key != null && count != null && count.decrementAndGet() == 0 && count.compareAndSet(0, GONE)) {
            counts.remove(key, count);
        }
    }

    /** The number of permits of the key that are out. */
    int out(String key) {
        AtomicInteger count = counts.get(key);
        return count == null ? 0 : Math.max(0, count.get());
    }

    /** The number of permits that are out. */
    int out() {
        return holders.size();
    }

    /** The number of keys that have permits out. */
    int keys() {
        return counts.size();
    }
}
