package io.policyengine.worker.environment;

import io.policyengine.core.store.local.LocalStore;
import io.policyengine.core.time.Ticker;
import java.time.InstantSource;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The stores in the memory of this process, one for each scope that an entry uses. Together they use at most a part of
 * the heap. If they request more, each store gets a share in proportion to its request. Thread-safe.
 */
final class LocalStores {
    private final long capacity;
    private final InstantSource clock;
    private final Ticker ticker;
    private final ConcurrentHashMap<NamedStates.Key, Used> used = new ConcurrentHashMap<>();

    /** The number of changes that no division includes yet. */
    private final AtomicInteger changes = new AtomicInteger();

    private record Used(LocalStore store, long wish, int users) {}

    /** Creates an empty set of stores that share a capacity in bytes. */
    LocalStores(long capacity, InstantSource clock, Ticker ticker) {
        this.capacity = capacity;
        this.clock = clock;
        this.ticker = ticker;
    }

    /** Returns the owner's store and adds a use. If uses request different sizes in bytes, the largest applies. */
    LocalStore use(NamedStates.Key owner, long wish) {
        Used now = used.compute(
                owner,
                (_, there) -> there == null
                        ? new Used(new LocalStore(wish, clock, ticker), wish, 1)
                        : new Used(there.store(), Math.max(there.wish(), wish), there.users() + 1));
        divide();
        return now.store();
    }

    /** Ends a use of a store. The store is removed with its contents when its last use ends. */
    void forget(NamedStates.Key owner) {
        used.computeIfPresent(
                owner,
                (_, there) -> there.users() > 1 ? new Used(there.store(), there.wish(), there.users() - 1) : null);
        divide();
    }

    /** Divides the capacity among the stores. Concurrent changes share one division. */
    private void divide() {
        if (changes.getAndIncrement() > 0) {
            return; // the thread that is dividing repeats the division
        }
        int seen = 1;
        while (seen > 0) {
            double wishes = used.values().stream().mapToLong(Used::wish).sum();
            double part = Math.min(1, capacity / wishes);
            used.values().forEach(each -> each.store().resize((long) (each.wish() * part)));
            seen = changes.addAndGet(-seen);
        }
    }

    int size() {
        return used.size();
    }
}
