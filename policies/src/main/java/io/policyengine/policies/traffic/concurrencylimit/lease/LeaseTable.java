package io.policyengine.policies.traffic.concurrencylimit.lease;

import io.policyengine.core.store.LocalEntries;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** The leases of one key in memory, with their expiry times. In Redis they are a sorted set. */
final class LeaseTable {
    /** The name of the only value in the slot of a key. */
    static final String NAME = "leases";

    private static final int OVERHEAD = 100;
    private static final int A_LEASE = 150;
    private static final long MICROS = 1000;

    private final Map<String, Long> expiries = new HashMap<>();

    static LeaseTable in(LocalEntries entries) {
        return entries.get(NAME) instanceof LeaseTable table ? table : new LeaseTable();
    }

    /**
     * Removes expired leases. If the clock was set back, the remaining leases are shortened to the lifetime of a new
     * lease.
     */
    void expire(long now, Duration lease) {
        long latest = now + micros(lease);
        expiries.values().removeIf(expiry -> expiry <= now);
        expiries.replaceAll((_, expiry) -> Math.min(expiry, latest));
    }

    void add(String id, long now, Duration lease) {
        expiries.put(id, now + micros(lease));
    }

    boolean remove(String id) {
        return expiries.remove(id) != null;
    }

    int size() {
        return expiries.size();
    }

    void keep(LocalEntries entries, Duration lease) {
        entries.put(NAME, this, OVERHEAD + A_LEASE * expiries.size(), lease);
    }

    private static long micros(Duration duration) {
        return duration.toMillis() * MICROS;
    }
}
