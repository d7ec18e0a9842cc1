package io.policyengine.policies.counting;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A client's account with an instance, which may let its requests pass by itself: the counts as the store had them last, all that has been
 * used since, and how much more may be before the store is asked again. Thread-safe: a compare-and-set on its state decides each request.
 */
final class Account {
    private final Limits limits;
    private final int instances;
    private final Asked client;
    private final AtomicReference<State> state;

    /** Nothing is known of the counts yet. */
    Account(Limits limits, int instances, Asked asked) {
        this.limits = limits;
        this.instances = instances;
        this.client = asked.forNothing();
        long[] none = new long[limits.size()];
        this.state = new AtomicReference<>(new State(new long[0], none, none, 0));
    }

    /** The client, asking for nothing. */
    Asked client() {
        return client;
    }

    /** Counts a request, or finds that it has to be denied; null if only the store can tell. */
    @Nullable
    Tally take(Asked asked, long ticks) {
        while (true) {
            State before = state.get();
            if (before.counts.length == 0) {
                return null;
            }
            Tally tally = Step.take(limits, before.counts.clone(), ticks + before.offset, asked, Step.NOTHING);
            if (limits.firstThatDenies(tally) >= 0) {
                return tally;
            }
            State after = before.afterUse(limits, asked, tally);
            if (after == null) {
                return null;
            }
            if (state.compareAndSet(before, after)) {
                return tally;
            }
        }
    }

    /** Units that the store has to be told of, and then is; empty if there are none. */
    long[] takeOwed() {
        State before = state.getAndUpdate(State::withoutDebts);
        for (long units : before.owed) {
            if (units > 0) {
                return before.owed;
            }
        }
        return Step.NOTHING;
    }

    /** Takes over counts from the store; what was used while they were on their way is added. */
    void update(Tally tally, long ticks) {
        state.updateAndGet(before -> before.afterNews(limits, instances, tally, ticks));
    }

    /** A state; its arrays are never changed. */
    private static final class State {
        final long[] counts;
        final long[] owed;
        final long[] left;
        /** The store's time less that of the ticker. */
        final long offset;

        State(long[] counts, long[] owed, long[] left, long offset) {
            this.counts = counts;
            this.owed = owed;
            this.left = left;
            this.offset = offset;
        }

        State withoutDebts() {
            return new State(counts, new long[owed.length], left, offset);
        }

        /** The state after a request; null if that takes more than may be used without asking. */
        @Nullable
        State afterUse(Limits limits, Asked asked, Tally tally) {
            long[] moreOwed = owed.clone();
            long[] lessLeft = left.clone();
            for (int i = 0; i < owed.length; i++) {
                long units = tally.isOver(i)
                        ? 0
                        : asked.costs[i] * limits.get(i).meter().unit();
                if (units > left[i]) {
                    return null;
                }
                moreOwed[i] += units;
                lessLeft[i] -= units;
            }
            return new State(tally.counts, moreOwed, lessLeft, offset);
        }

        State afterNews(Limits limits, int instances, Tally tally, long ticks) {
            long[] fresh = tally.counts.clone();
            long[] free = new long[owed.length];
            for (int i = 0; i < owed.length; i++) {
                Meter meter = limits.get(i).meter();
                int from = i * Meter.NUMBERS;
                fresh[from + Meter.COUNT] = Math.min(fresh[from + Meter.COUNT] + owed[i], 2 * meter.capacity());
                free[i] = Math.max(0, meter.capacity() - meter.used(fresh, from, tally.now)) / instances;
            }
            return new State(fresh, owed, free, tally.now - ticks);
        }
    }
}
