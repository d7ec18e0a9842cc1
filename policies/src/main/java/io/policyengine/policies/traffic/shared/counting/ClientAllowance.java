package io.policyengine.policies.traffic.shared.counting;

import io.policyengine.policies.traffic.shared.limit.UsageMeter;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The allowance of a client: the requests that an instance may pass without the store. It holds the store's last
 * counts, the use since then, and the remaining allowance. Thread-safe: a compare-and-set on the state decides each
 * request.
 */
final class ClientAllowance {
    /** Maximum duration of a store operation, in microseconds. */
    private static final long LONGEST_OPERATION_MICROS = 10_000_000;

    /** Heap of an allowance without its keys and numbers, in bytes: its objects and its map entry. */
    private static final int OBJECTS = 512;

    /** Heap of a client's key without its characters, in bytes. */
    private static final int A_KEY = 64;

    /** Number of numbers held for each limit: its counts, and the client's costs, use and remaining allowance. */
    private static final int NUMBERS = UsageMeter.NUMBERS + 4;

    private final Limits limits;
    private final int instances;
    private final LimitedRequest client;
    private final AtomicReference<State> state;

    ClientAllowance(Limits limits, int instances, LimitedRequest request) {
        this.limits = limits;
        this.instances = instances;
        this.client = request.forNothing();
        this.state = new AtomicReference<>(nothingKnown());
    }

    /**
     * Returns the heap of a client's allowance, in bytes. Its keys are counted twice: in the allowance, and in the map
     * of all allowances.
     */
    static long bytes(Limits limits, LimitedRequest client) {
        long bytes = OBJECTS + (long) limits.size() * NUMBERS * Long.BYTES;
        for (String key : client.keys) {
            bytes += 2 * (A_KEY + (long) key.length() * Character.BYTES);
        }
        return bytes;
    }

    private State nothingKnown() {
        long[] none = new long[limits.size()];
        return new State(new long[0], none, none, none, 0, Long.MIN_VALUE);
    }

    LimitedRequest client() {
        return client;
    }

    /** Counts or denies a request; returns null if only the store can decide. */
    @Nullable
    Tally take(LimitedRequest request, long ticks) {
        while (true) {
            State before = state.get();
            if (before.counts.length == 0) {
                return null;
            }
            Tally tally = CountingStep.take(
                    limits, before.counts.clone(), ticks + before.offset, request, CountingStep.NOTHING);
            if (limits.firstThatDenies(tally) >= 0) {
                return tally;
            }
            State after = before.afterUse(limits, request, tally);
            if (after == null) {
                return null;
            }
            if (state.compareAndSet(before, after)) {
                return tally;
            }
        }
    }

    /**
     * Records the start of a request to the store.
     *
     * @return units of earlier use to report with the request, or {@link CountingStep#NOTHING}
     */
    long[] ask(LimitedRequest request) {
        State before = state.getAndUpdate(known -> known.afterQuestion(limits, request));
        return isNothing(before.owed) ? CountingStep.NOTHING : before.owed;
    }

    /**
     * Updates the counts from a reply of the store, and adds the use since the request was sent. Counts that are older
     * than the last counts are ignored: event loops have separate connections, so replies may arrive out of order.
     *
     * @param request the request that was sent to the store
     * @param owed units of earlier use that were reported with this request
     */
    void update(Tally tally, LimitedRequest request, long[] owed, long ticks) {
        state.updateAndGet(
                before -> before.afterReply(limits, request, owed).afterNews(limits, instances, tally, ticks));
    }

    /** Records that a request to the store has failed. The request reported no earlier use. */
    void giveUp(LimitedRequest request) {
        state.updateAndGet(before -> before.afterReply(limits, request, CountingStep.NOTHING));
    }

    /** Closes the allowance; returns false if use is unreported or a request to the store is in flight. */
    boolean close() {
        State before = state.get();
        return isNothing(before.owed) && isNothing(before.asked) && state.compareAndSet(before, nothingKnown());
    }

    private static boolean isNothing(long[] units) {
        for (long each : units) {
            if (each > 0) {
                return false;
            }
        }
        return true;
    }

    /** A state of the allowance. Its arrays are never modified. */
    private static final class State {
        final long[] counts;
        final long[] owed;
        /** Units of requests to the store that are in flight. Replies to other requests may or may not include them. */
        final long[] asked;

        final long[] left;
        /** The store's time minus the time of the ticker. */
        final long offset;
        /** The store's time in the last reply. */
        final long asOf;

        State(long[] counts, long[] owed, long[] asked, long[] left, long offset, long asOf) {
            this.counts = counts;
            this.owed = owed;
            this.asked = asked;
            this.left = left;
            this.offset = offset;
            this.asOf = asOf;
        }

        State afterQuestion(Limits limits, LimitedRequest question) {
            long[] moreAsked = asked.clone();
            for (int i = 0; i < owed.length; i++) {
                moreAsked[i] += owed[i] + units(limits, question, i);
            }
            return new State(counts, new long[owed.length], moreAsked, left, offset, asOf);
        }

        State afterReply(Limits limits, LimitedRequest question, long[] told) {
            long[] lessAsked = asked.clone();
            for (int i = 0; i < owed.length; i++) {
                lessAsked[i] -= (told.length == 0 ? 0 : told[i]) + units(limits, question, i);
            }
            return new State(counts, owed, lessAsked, left, offset, asOf);
        }

        /** Returns the state after a request; null if the request exceeds the allowance. */
        @Nullable
        State afterUse(Limits limits, LimitedRequest request, Tally tally) {
            long[] moreOwed = owed.clone();
            long[] lessLeft = left.clone();
            for (int i = 0; i < owed.length; i++) {
                long units = tally.isOver(i) ? 0 : units(limits, request, i);
                if (units > left[i]) {
                    return null;
                }
                moreOwed[i] += units;
                lessLeft[i] -= units;
            }
            return new State(tally.counts, moreOwed, asked, lessLeft, offset, asOf);
        }

        State afterNews(Limits limits, int instances, Tally tally, long ticks) {
            // A much older time means that the store's clock was set back.
            if (tally.now < asOf && tally.now > asOf - LONGEST_OPERATION_MICROS) {
                return this;
            }
            long[] fresh = tally.counts.clone();
            long[] free = new long[owed.length];
            for (int i = 0; i < owed.length; i++) {
                UsageMeter meter = limits.get(i).meter();
                int from = i * UsageMeter.NUMBERS;
                fresh[from + UsageMeter.COUNT] =
                        Math.min(fresh[from + UsageMeter.COUNT] + owed[i], 2 * meter.capacity());
                long used = meter.used(fresh, from, tally.now) + asked[i];
                free[i] = Math.max(0, meter.capacity() - used) / instances;
            }
            return new State(fresh, owed, asked, free, tally.now - ticks, tally.now);
        }

        private static long units(Limits limits, LimitedRequest request, int limit) {
            return request.costs[limit] * limits.get(limit).meter().unit();
        }
    }
}
