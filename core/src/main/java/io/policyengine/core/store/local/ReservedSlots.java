package io.policyengine.core.store.local;

import io.policyengine.core.policy.Store;
import io.policyengine.core.store.LocalEntries;
import io.policyengine.core.store.StoreException;
import io.policyengine.core.store.StoreOperation;
import io.policyengine.core.time.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The slots of operations that name a client ({@link StoreOperation#localClient}). Their values are kept until they
 * expire. To make room, only droppable values are removed, the oldest first; if that is not enough, the new value is
 * refused.
 *
 * <p>The bytes of all values are bounded. The kept values of a client may take at most as many bytes as are free
 * afterwards. So a single client takes at most half, each further client takes a smaller part, and some bytes always
 * stay free. A client's droppable values take at most half of the bytes that kept values leave. Values that are older
 * than the last reduction of the bound do not count against their client.
 *
 * <p>One lock guards all slots. An operation takes about a microsecond, and removes at most {@value #EXPIRED_AT_ONCE}
 * expired slots. The number of droppable values that one operation drops is bounded by the size of its own value.
 */
final class ReservedSlots {
    /** Bytes of memory of a slot without values: its nodes in the tables, its list, and its client. */
    private static final int A_SLOT = 300;

    /** Bytes of memory that a droppable value needs in the lists ordered by age. */
    private static final int PLACES = 120;

    private static final int EXPIRED_AT_ONCE = 16;

    private static final int EXPIRED_AT_RESIZE = 1_000;

    private static final Comparator<Slot> BY_END = (one, other) ->
            one.end == other.end ? Long.compare(one.number, other.number) : Long.signum(one.end - other.end);

    private final StoreClock clock;
    private final Ticker ticker;
    private final StorePressure pressure;
    private final SpinLock lock = new SpinLock();
    private final Map<String, Slot> slots = new HashMap<>();
    private final Map<String, Client> clients = new HashMap<>();
    private final TreeSet<Slot> byEnd = new TreeSet<>(BY_END);
    private final LinkedHashSet<Slot> droppables = new LinkedHashSet<>();
    private final SlotBound bound;
    private long kept;
    private long droppable;
    private long made;
    /** The number of the last slot that is older than the last reduction of the bound. */
    private long lastOlder;

    private int droppedNow;

    ReservedSlots(long maxBytes, StoreClock clock, Ticker ticker, StorePressure pressure) {
        this.bound = new SlotBound(maxBytes);
        this.clock = clock;
        this.ticker = ticker;
        this.pressure = pressure;
    }

    private static final class Client {
        final String name;
        final LinkedHashSet<Slot> droppables = new LinkedHashSet<>();
        int slots;
        long kept;
        long older;
        long droppable;

        Client(String name) {
            this.name = name;
        }
    }

    /** Performs an operation immediately, with exclusive access to all slots. */
    <T> T apply(StoreOperation<T> operation, String client) {
        boolean isRefused = false;
        lock.take();
        try {
            droppedNow = 0;
            return applyTo(slotOf(operation.slot(), client), operation);
        } catch (StoreException noRoom) {
            isRefused = true;
            throw noRoom;
        } finally {
            int dropped = droppedNow;
            lock.leave();
            report(isRefused, dropped);
        }
    }

    private static <T> T applyTo(Slot slot, StoreOperation<T> operation) {
        try {
            return operation.applyTo(slot);
        } finally {
            slot.removeIfEmpty();
        }
    }

    /** Returns the slot of a key. A new slot is not in the tables until it has a value. */
    private Slot slotOf(String key, String client) {
        long now = ticker.nanoTime();
        removeExpired(now, EXPIRED_AT_ONCE);
        Slot slot = slots.get(key);
        if (slot != null && slot.end - now <= 0) {
            slot.remove();
            slot = null;
        }
        Slot used = slot == null ? new Slot(key, client) : slot;
        used.time = now;
        return used;
    }

    private void report(boolean isRefused, int dropped) {
        if (dropped > 0) {
            pressure.dropped(dropped);
        }
        if (isRefused) {
            pressure.refused();
        }
    }

    /**
     * Changes the maximum memory. Excess droppable values are removed at once, kept values when they expire. Returns
     * the bytes that may be in use until then.
     */
    long resize(long bytes) {
        lock.take();
        droppedNow = 0;
        removeExpired(ticker.nanoTime(), EXPIRED_AT_RESIZE);
        if (bound.isLoweredBy(bytes)) {
            lastOlder = made;
            clients.values().forEach(client -> client.older = client.kept);
        }
        bound.change(bytes, kept);
        makeRoom(0);
        int dropped = droppedNow;
        long inUse = Math.max(bound.bytes(), kept + droppable);
        lock.leave();
        report(false, dropped);
        return inUse;
    }

    int size() {
        lock.take();
        try {
            removeExpired(ticker.nanoTime(), Integer.MAX_VALUE);
            return slots.size();
        } finally {
            lock.leave();
        }
    }

    long bytes() {
        lock.take();
        try {
            removeExpired(ticker.nanoTime(), Integer.MAX_VALUE);
            return kept + droppable;
        } finally {
            lock.leave();
        }
    }

    private void removeExpired(long now, int most) {
        for (int i = 0; i < most && !byEnd.isEmpty() && byEnd.first().end - now <= 0; i++) {
            byEnd.first().remove();
        }
    }

    /** Reserves bytes for kept values of a slot. Returns false, without effect, if there is no room. */
    private boolean reserve(Slot slot, long bytes) {
        Client client = slot.client;
        if (bytes > 0) {
            // A client's values may take as much as is free afterwards.
            while (client.kept - client.older + bytes > bound.bytes() - kept - bytes) {
                if (byEnd.isEmpty() || byEnd.first().end - slot.time > 0) {
                    return false;
                }
                byEnd.first().remove();
            }
            makeRoom(bytes);
        }
        count(slot, bytes);
        return true;
    }

    private void count(Slot slot, long bytes) {
        slot.client.kept += bytes;
        kept += bytes;
        if (slot.number <= lastOlder) {
            slot.client.older += bytes;
            bound.addOlder(bytes);
        }
    }

    /** Drops droppable values, the oldest first, until this number of bytes is free or none is left. */
    private void makeRoom(long bytes) {
        while (kept + droppable + bytes > bound.wanted() && !droppables.isEmpty()) {
            drop(droppables.getFirst());
        }
    }

    /** Reserves bytes for a droppable value of a client. Returns false if there is no room. */
    private boolean reserveDroppable(Client client, long bytes) {
        long share = (bound.wanted() - kept) / 2;
        if (bytes > share) {
            return false;
        }
        while (client.droppable + bytes > share) {
            drop(client.droppables.getFirst());
        }
        makeRoom(bytes);
        client.droppable += bytes;
        droppable += bytes;
        return true;
    }

    private void drop(Slot slot) {
        slot.removeDroppables();
        droppedNow++;
    }

    /** The values of one slot of a store. Used only while the store's lock is held. */
    private final class Slot implements LocalEntries {
        private final String key;
        private final Client client;
        private final long number = ++made;
        private final List<SlotEntry> entries = new ArrayList<>(2);
        private boolean isListed;
        private long time;
        private long end;

        Slot(String key, String client) {
            Client known = clients.get(client);
            this.key = key;
            this.client = known == null ? new Client(client) : known;
        }

        @Override
        public long nowMicros() {
            return clock.micros(time);
        }

        @Override
        public @Nullable Object get(String name) {
            SlotEntry entry = find(name);
            return entry == null ? null : entry.value;
        }

        @Override
        public void put(String name, Object value, int size, Duration timeToLive) {
            SlotEntry before = find(name);
            if (before != null && before.isDroppable) {
                release(before);
                before = null;
            }
            long added = SlotEntry.heapBytes(size) - (before == null ? 0 : before.heapBytes());
            if (!isListed) {
                added += ownBytes();
            }
            if (!reserve(this, added)) {
                throw new StoreException(
                        StoreException.Kind.OVERLOADED,
                        Store.LOCAL,
                        "its memory is full of values that must not be evicted, or this client has used up its share:"
                                + " raise the policy's max_bytes or the heap, or let the values live for a shorter time");
            }
            if (before != null) {
                entries.remove(before);
            }
            entries.add(new SlotEntry(name, value, size, false, time + timeToLive.toNanos()));
            list();
        }

        @Override
        public boolean putDroppable(String name, Object value, int size, Duration timeToLive) {
            remove(name);
            if (!isListed || !reserveDroppable(client, SlotEntry.heapBytes(size) + PLACES)) {
                return false;
            }
            entries.add(new SlotEntry(name, value, size, true, time + timeToLive.toNanos()));
            client.droppables.add(this);
            droppables.add(this);
            return true;
        }

        @Override
        public void keep(String name, Duration timeToLive) {
            SlotEntry entry = find(name);
            if (entry != null) {
                entry.expiresAt = time + timeToLive.toNanos();
                list();
            }
        }

        @Override
        public void remove(String name) {
            SlotEntry entry = find(name);
            if (entry != null) {
                release(entry);
            }
        }

        private @Nullable SlotEntry find(String name) {
            for (SlotEntry entry : entries) {
                if (entry.name.equals(name)) {
                    if (entry.expiresAt - time > 0) {
                        return entry;
                    }
                    release(entry);
                    return null;
                }
            }
            return null;
        }

        private long ownBytes() {
            return (long) A_SLOT + key.length() + client.name.length();
        }

        /** Adds the slot to the tables, or moves it to its new position in the order of expiry. */
        private void list() {
            byEnd.remove(this);
            end = time;
            for (SlotEntry entry : entries) {
                if (!entry.isDroppable && entry.expiresAt - end > 0) {
                    end = entry.expiresAt;
                }
            }
            byEnd.add(this);
            if (!isListed) {
                isListed = true;
                slots.put(key, this);
                clients.putIfAbsent(client.name, client);
                client.slots++;
            }
        }

        private void release(SlotEntry entry) {
            entries.remove(entry);
            if (entry.isDroppable) {
                long bytes = entry.heapBytes() + PLACES;
                client.droppable -= bytes;
                droppable -= bytes;
                if (entries.stream().noneMatch(other -> other.isDroppable)) {
                    client.droppables.remove(this);
                    droppables.remove(this);
                }
            } else {
                count(this, -entry.heapBytes());
            }
        }

        private void removeDroppables() {
            List.copyOf(entries).stream().filter(entry -> entry.isDroppable).forEach(this::release);
        }

        /** Removes the slot once it has no value that must be kept. */
        private void removeIfEmpty() {
            if (isListed && entries.stream().allMatch(entry -> entry.isDroppable)) {
                remove();
            }
        }

        private void remove() {
            List.copyOf(entries).forEach(this::release);
            byEnd.remove(this);
            slots.remove(key);
            isListed = false;
            count(this, -ownBytes());
            client.slots--;
            if (client.slots == 0) {
                clients.remove(client.name);
            }
        }
    }
}
