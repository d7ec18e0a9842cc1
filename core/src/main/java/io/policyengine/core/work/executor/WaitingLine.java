package io.policyengine.core.work.executor;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import org.jspecify.annotations.Nullable;

/**
 * A queue of items that wait to begin, each for a bounded time. The oldest is next while no item waits long. Under
 * pressure, when the oldest has waited for more than three quarters of its time, the newest is next: it can still begin
 * in time, while old items may expire anyway. The caller bounds the length. Not thread-safe.
 *
 * @param <W> the type of the items
 */
public final class WaitingLine<W extends WaitingLine.Waiting> {
    private final SequencedSet<W> waiting = new LinkedHashSet<>();

    /** An item that waits in a {@link WaitingLine}. */
    public interface Waiting {
        /** Returns the time of the ticker at which the item began to wait. */
        long since();

        /** Returns the time of the ticker from which the item must no longer begin. */
        long until();

        /** Returns whether it is too late for the item to begin. */
        default boolean isOverdue(long now) {
            return until() - now <= 0;
        }
    }

    public void add(W newest) {
        waiting.add(newest);
    }

    /** Removes an item. Returns false if the item does not wait. */
    public boolean remove(W other) {
        return waiting.remove(other);
    }

    public int size() {
        return waiting.size();
    }

    public @Nullable W oldest() {
        return waiting.isEmpty() ? null : waiting.getFirst();
    }

    /** Returns the item that is next, or null if none waits. The item may be overdue. */
    public @Nullable W next(long now) {
        W oldest = oldest();
        return oldest == null || !isPressed(oldest, now) ? oldest : waiting.getLast();
    }

    /** Returns the item that would begin after all others, or null if none waits. It is the one to refuse first. */
    public @Nullable W last(long now) {
        W oldest = oldest();
        return oldest == null || isPressed(oldest, now) ? oldest : waiting.getLast();
    }

    /** Returns whether the oldest item has waited so long that the newest is next. */
    public boolean isPressed(long now) {
        W oldest = oldest();
        return oldest != null && isPressed(oldest, now);
    }

    private boolean isPressed(W oldest, long now) {
        long time = oldest.until() - oldest.since();
        return now - oldest.since() > time - time / 4;
    }

    /**
     * Returns the items that are too late to begin, the oldest first. They remain in the queue until they are removed.
     */
    public List<W> overdue(long now) {
        List<W> overdue = new ArrayList<>(0);
        for (W each : waiting) {
            if (each.isOverdue(now)) {
                overdue.add(each);
            }
        }
        return overdue;
    }
}
