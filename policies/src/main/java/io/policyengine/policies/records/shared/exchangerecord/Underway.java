package io.policyengine.policies.records.shared.exchangerecord;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The drafts of running exchanges by id, shared by both entries of a policy in both flows. A draft ends with its
 * exchange; all together hold a bounded number of bytes, beyond which bodies are left out. Thread-safe.
 */
public final class Underway {
    private final ConcurrentHashMap<Long, Draft> drafts = new ConcurrentHashMap<>();
    private final Room room;

    /** The bytes that all drafts of a policy in a process hold. Thread-safe. */
    public static final class Room {
        /** Bytes that they may hold with their bodies. */
        public static final long MAX_BYTES = 4 << 20;

        private final AtomicLong held = new AtomicLong();
    }

    /** Creates an empty set with a budget. */
    public Underway(Room room) {
        this.room = room;
    }

    /** Begins, or goes on with, the draft of an exchange. */
    public void change(long exchange, Function<@Nullable Draft, Draft> change) {
        drafts.compute(exchange, (_, there) -> counted(there, change.apply(there)));
    }

    /** Goes on with the draft of an exchange that has not ended. */
    public void changeIfThere(long exchange, UnaryOperator<Draft> change) {
        drafts.computeIfPresent(exchange, (_, there) -> counted(there, change.apply(there)));
    }

    private Draft counted(@Nullable Draft there, Draft now) {
        long before = there == null ? 0 : there.size();
        if (room.held.addAndGet(now.size() - before) <= Room.MAX_BYTES) {
            return now;
        }
        Draft smaller = now.withoutBodies();
        room.held.addAndGet(smaller.size() - now.size());
        return smaller;
    }

    /** Takes the draft of an exchange that has ended; null if it has none, or the other entry has taken it. */
    public @Nullable Draft take(long exchange) {
        Draft ended = drafts.remove(exchange);
        if (ended != null) {
            room.held.addAndGet(-ended.size());
        }
        return ended;
    }
}
