package io.policyengine.core.work.executor;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import org.jspecify.annotations.Nullable;

/**
 * Things that wait to begin, each for a bounded time. The oldest is next while none waits for long. Under pressure,
 * when the oldest has waited for more than three quarters of its time, the newest is next: it still has its time, and
 * the old ones leave the line when theirs is over. The caller bounds the length. Not thread-safe.
 *
 * @param <W> the things
 */
public final class WaitingLine<W extends WaitingLine.Waiting> {
    private final SequencedSet<W> waiting = new LinkedHashSet<>();

    /** A thing that waits. */
    public interface Waiting {
        /** Returns the time of the ticker since which it waits. */
        long since();

        /** Returns the time of the ticker from which it must not begin any more. */
        long until();

        /** Returns whether it is too late to begin. */
        default boolean isOverdue(long now) {
            return until() - now <= 0;
        }
    }

    public void add(W newest) {
        waiting.add(newest);
    }

    /** Removes a thing. Returns false if it does not wait. */
    public boolean remove(W other) {
        return waiting.remove(other);
    }

    public int size() {
        return waiting.size();
    }

    public @Nullable W oldest() {
        return waiting.isEmpty() ? null : waiting.getFirst();
    }

    /** Returns the thing that is next, which may be overdue; null if none waits. */
    public @Nullable W next(long now) {
        W oldest = oldest();
        return oldest == null || !isPressed(oldest, now) ? oldest : waiting.getLast();
    }

    private boolean isPressed(W oldest, long now) {
        long time = oldest.until() - oldest.since();
        return now - oldest.since() > time - time / 4;
    }

    /**
     * Returns the things that are too late to begin, the oldest first. They remain in the line until they are removed.
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
