package io.policyengine.core.store.local;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.ResizableState;
import io.policyengine.core.policy.Store;
import io.policyengine.core.store.LocalEntries;
import io.policyengine.core.store.StoreException;
import io.policyengine.core.store.StoreOperation;
import io.policyengine.core.time.Ticker;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The store in the memory of the process. Each value has a time to live. The total bytes are bounded: at the maximum,
 * the least frequently used slots are evicted, so a flood of new slots evicts its own slots, not those in frequent use.
 * An operation has exclusive access to its slots; operations on different slots do not wait for each other.
 *
 * <p>Slots of operations that name a client are kept separately, in {@link ReservedSlots}, and are not evicted.
 */
public final class LocalStore implements Store, ResizableState {
    /** Bytes of memory of a slot without values: its node in the cache, its key, and its list. */
    static final int A_SLOT = 200;

    /** Bytes of memory of a slot's entry, without the entry's value. */
    private static final int AN_ENTRY = 56;

    /**
     * Time for which the cache keeps a slot after its values have expired. So most changes of a busy slot need not be
     * reported to the cache.
     */
    private static final long SLACK_NANOS = TimeUnit.SECONDS.toNanos(2);

    private static final Comparator<Slot> IN_ORDER = Comparator.comparingLong(slot -> slot.number);

    private final StoreClock clock;
    private final Ticker ticker;
    private final Cache<String, Slot> slots;
    private final ReservedSlots reserved;
    private final AtomicLong made = new AtomicLong();

    /**
     * Creates an empty store.
     *
     * @param maxBytes maximum bytes of memory
     */
    public LocalStore(long maxBytes, InstantSource clock, Ticker ticker) {
        this(maxBytes, clock, ticker, StorePressure.NONE);
    }

    /**
     * Creates an empty store.
     *
     * @param maxBytes maximum bytes of memory
     * @param pressure receives reports of values that were refused or dropped for lack of memory
     */
    public LocalStore(long maxBytes, InstantSource clock, Ticker ticker, StorePressure pressure) {
        this.clock = new StoreClock(clock, ticker);
        this.ticker = ticker;
        this.reserved = new ReservedSlots(maxBytes, this.clock, ticker, pressure);
        this.slots = Caffeine.newBuilder()
                .maximumWeight(maxBytes)
                .weigher((String key, Slot slot) -> slot.weight(key))
                .expireAfter(new SlotExpiry())
                .evictionListener((_, slot, _) -> {
                    if (slot != null) {
                        slot.go();
                    }
                })
                .executor(Runnable::run)
                .ticker(ticker::nanoTime)
                .build();
    }

    @Override
    public String name() {
        return LOCAL;
    }

    @Override
    public boolean isShared() {
        return false;
    }

    @Override
    public <T> Future<T> run(Call call, StoreOperation<T> operation) {
        return run(operation);
    }

    @Override
    public <T> Future<T> run(StoreOperation<T> operation) {
        try {
            return Future.succeededFuture(apply(operation));
        } catch (StoreException failed) {
            return Future.failedFuture(failed);
        }
    }

    /** Performs an operation immediately. */
    public <T> T apply(StoreOperation<T> operation) {
        Optional<String> client = operation.localClient();
        if (client.isPresent()) {
            return reserved.apply(operation, client.get());
        }
        List<String> keys = operation.localSlots();
        return keys.isEmpty() ? applyToOne(operation.slot(), operation) : applyToAll(keys, operation);
    }

    private <T> T applyToOne(String key, StoreOperation<T> operation) {
        for (int tries = 0; mayTry(tries, List.of(key)); tries++) {
            Slot slot = slotInCache(key);
            T result;
            boolean changed;
            slot.lock.take();
            try {
                if (!slot.begins()) {
                    continue;
                }
                result = operation.applyTo(slot);
                changed = slot.isToBeNoted();
            } finally {
                slot.lock.leave();
            }
            if (changed) {
                note(key, slot);
            }
            return result;
        }
        throw Attempts.noRoom();
    }

    private boolean mayTry(int tries, List<String> keys) {
        return Attempts.mayTry(
                tries, keys, () -> slots.policy().eviction().orElseThrow().getMaximum());
    }

    private <T> T applyToAll(List<String> keys, StoreOperation<T> operation) {
        for (int tries = 0; mayTry(tries, keys); tries++) {
            Step<T> step = new Step<>(keys.stream().map(this::slotInCache).toList(), operation);
            if (step.tryRun()) {
                for (int i = 0; i < keys.size(); i++) {
                    if (step.changed.get(i)) {
                        note(keys.get(i), step.slots.get(i));
                    }
                }
                return step.result();
            }
        }
        throw Attempts.noRoom();
    }

    private Slot slotInCache(String key) {
        Slot slot = slots.getIfPresent(key);
        if (slot != null && slot.hasGone()) {
            // The evicting thread may pause before the cache drops the slot: this waits for it.
            slots.asMap().remove(key, slot);
            slot = null;
        }
        return slot != null ? slot : slots.get(key, _ -> new Slot());
    }

    /**
     * Reports the weight and the expiry of a slot to the cache. Must not be called while the slot is locked, since the
     * cache acquires its own lock first.
     */
    private void note(String key, Slot slot) {
        slots.asMap().replace(key, slot, slot);
    }

    /** Changes the maximum memory and evicts the excess. Values that must not be evicted stay until they expire. */
    @Override
    public long resize(long maxBytes) {
        slots.policy().eviction().ifPresent(eviction -> eviction.setMaximum(maxBytes));
        return Math.max(maxBytes, reserved.resize(maxBytes));
    }

    public long size() {
        slots.cleanUp();
        return slots.estimatedSize() + reserved.size();
    }

    /** The estimated bytes of memory that the store uses. */
    public long bytes() {
        slots.cleanUp();
        return slots.policy().eviction().orElseThrow().weightedSize().orElse(0) + reserved.bytes();
    }

    private static final class Entry {
        final String name;
        Object value;
        int bytes;
        long expiresAt;

        Entry(String name, Object value, int bytes, long expiresAt) {
            this.name = name;
            this.value = value;
            this.bytes = bytes;
            this.expiresAt = expiresAt;
        }
    }

    /**
     * An operation on several slots. Locks are acquired in the order in which the slots were created, so operations
     * cannot deadlock.
     */
    private static final class Step<T> {
        final List<Slot> slots;
        final BitSet changed = new BitSet();
        private final List<Slot> inOrder;
        private final StoreOperation<T> operation;
        private final List<T> result = new ArrayList<>(1);

        Step(List<Slot> slots, StoreOperation<T> operation) {
            this.slots = slots;
            this.inOrder = slots.stream().distinct().sorted(IN_ORDER).toList();
            this.operation = operation;
        }

        /** Runs the operation. Returns false, without any effect, if one of the slots was evicted in the meantime. */
        boolean tryRun() {
            return tryRunHolding(0);
        }

        T result() {
            return result.getFirst();
        }

        private boolean tryRunHolding(int locks) {
            if (locks == inOrder.size()) {
                result.add(operation.applyTo(slots));
                for (int i = 0; i < slots.size(); i++) {
                    changed.set(i, slots.get(i).isToBeNoted());
                }
                return true;
            }
            Slot next = inOrder.get(locks);
            next.lock.take();
            try {
                return next.begins() && tryRunHolding(locks + 1);
            } finally {
                next.lock.leave();
            }
        }
    }

    /** The values of a slot. Used only while the slot is locked. */
    private final class Slot implements LocalEntries {
        private final long number = made.incrementAndGet();
        private final List<Entry> entries = new ArrayList<>(1);
        private final SpinLock lock = new SpinLock();
        private volatile boolean isGone;
        /** The ticker's time when the operation began. */
        private long time;

        private int bytes;
        private int notedBytes;
        private long expiresAt = ticker.nanoTime();
        private volatile long notedUntil = expiresAt + SLACK_NANOS;

        /** Marks the slot as evicted. An operation that finds the mark creates a new slot. */
        void go() {
            lock.take();
            isGone = true;
            lock.leave();
        }

        boolean hasGone() {
            return isGone;
        }

        int weight(String key) {
            lock.take();
            int now = bytes;
            notedBytes = now;
            lock.leave();
            return A_SLOT + key.length() + now;
        }

        /**
         * Begins an operation, during which the slot's time does not advance. Returns false if the slot was evicted.
         */
        boolean begins() {
            time = ticker.nanoTime();
            return !isGone;
        }

        /** Returns whether a change of the slot must be reported to the cache, and resets this flag. */
        boolean isToBeNoted() {
            boolean longer = expiresAt > notedUntil;
            if (longer) {
                notedUntil = expiresAt + Math.max(SLACK_NANOS, expiresAt - time);
            }
            return longer || bytes != notedBytes;
        }

        @Override
        public long nowMicros() {
            return clock.micros(time);
        }

        @Override
        public @Nullable Object get(String name) {
            Entry entry = find(name);
            return entry == null ? null : entry.value;
        }

        @Override
        public void put(String name, Object value, int size, Duration timeToLive) {
            long until = time + timeToLive.toNanos();
            Entry entry = find(name);
            if (entry == null) {
                entries.add(new Entry(name, value, size, until));
                bytes += AN_ENTRY + size;
            } else {
                bytes += size - entry.bytes;
                entry.value = value;
                entry.bytes = size;
                entry.expiresAt = until;
            }
            expiresAt = Math.max(expiresAt, until);
        }

        @Override
        public boolean putDroppable(String name, Object value, int size, Duration timeToLive) {
            put(name, value, size, timeToLive);
            return true;
        }

        @Override
        public void keep(String name, Duration timeToLive) {
            Entry entry = find(name);
            if (entry != null) {
                entry.expiresAt = time + timeToLive.toNanos();
                expiresAt = Math.max(expiresAt, entry.expiresAt);
            }
        }

        @Override
        public void remove(String name) {
            Entry entry = find(name);
            if (entry != null) {
                entries.remove(entry);
                bytes -= AN_ENTRY + entry.bytes;
            }
        }

        private @Nullable Entry find(String name) {
            for (int i = 0; i < entries.size(); i++) {
                Entry entry = entries.get(i);
                if (entry.name.equals(name)) {
                    if (entry.expiresAt - time > 0) {
                        return entry;
                    }
                    entries.remove(i);
                    bytes -= AN_ENTRY + entry.bytes;
                    return null;
                }
            }
            return null;
        }
    }

    private final class SlotExpiry implements Expiry<String, Slot> {
        @Override
        public long expireAfterCreate(String key, Slot slot, long now) {
            return left(slot);
        }

        @Override
        public long expireAfterUpdate(String key, Slot slot, long now, long left) {
            return left(slot);
        }

        @Override
        public long expireAfterRead(String key, Slot slot, long now, long left) {
            return left;
        }

        private long left(Slot slot) {
            return Math.max(1, slot.notedUntil - ticker.nanoTime());
        }
    }
}
