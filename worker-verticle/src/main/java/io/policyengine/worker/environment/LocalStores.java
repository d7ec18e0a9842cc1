package io.policyengine.worker.environment;

import io.policyengine.core.store.local.LocalStore;
import io.policyengine.core.store.local.StorePressure;
import io.policyengine.core.time.Ticker;
import java.time.InstantSource;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/**
 * The stores in the memory of this process, one for each scope that an entry uses. Together they use at most a part of
 * the heap; {@link MemoryShares} divides it among them. Thread-safe.
 */
final class LocalStores {
    /** Minimum time between divisions of the memory that are caused by a refused value. */
    private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final MemoryShares memory;
    private final AtomicLong dividedAt;
    private final InstantSource clock;
    private final Ticker ticker;
    private final Function<NamedStates.Key, StorePressure> pressures;
    private final ConcurrentHashMap<NamedStates.Key, Used> used = new ConcurrentHashMap<>();

    private record Used(LocalStore store, MemoryShares.Member share, int users) {
        Used with(int change) {
            return new Used(store, share, users + change);
        }
    }

    /**
     * Creates an empty set of stores that share a capacity in bytes.
     *
     * @param pressures returns the receiver of a store's events when the store's memory is used up
     */
    LocalStores(long capacity, InstantSource clock, Ticker ticker, Function<NamedStates.Key, StorePressure> pressures) {
        this.memory = new MemoryShares(capacity);
        this.dividedAt = new AtomicLong(ticker.nanoTime());
        this.clock = clock;
        this.ticker = ticker;
        this.pressures = pressures;
    }

    /**
     * Returns the owner's store and adds a use. If several uses request different sizes in bytes, the largest size
     * applies.
     */
    LocalStore use(NamedStates.Key owner, long wish) {
        Used now = used.compute(owner, (_, there) -> {
            if (there == null) {
                LocalStore store = new LocalStore(wish, clock, ticker, dividing(pressures.apply(owner)));
                return new Used(store, memory.add(store, wish), 1);
            }
            memory.want(there.share(), wish);
            return there.with(1);
        });
        return now.store();
    }

    /** Ends a use of a store. The store is removed with its contents when its last use ends. */
    void forget(NamedStates.Key owner) {
        used.computeIfPresent(owner, (_, there) -> {
            if (there.users() > 1) {
                return there.with(-1);
            }
            memory.remove(there.share());
            return null;
        });
    }

    /**
     * Returns a receiver that also divides the memory again when a store refuses a value. Another store that had to
     * exceed its part may be able to shrink now, since its old values have expired.
     */
    private StorePressure dividing(StorePressure receiver) {
        return new StorePressure() {
            @Override
            public void refused() {
                receiver.refused();
                long last = dividedAt.get();
                long now = ticker.nanoTime();
                if (now - last >= PAUSE_NANOS && dividedAt.compareAndSet(last, now)) {
                    memory.again();
                }
            }

            @Override
            public void dropped(int values) {
                receiver.dropped(values);
            }
        };
    }

    int size() {
        return used.size();
    }
}
