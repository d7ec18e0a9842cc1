package io.policyengine.policies.counting;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What an instance may let pass of one client by itself: counts as the store had them last, what has been used since, and how much more
 * may be before the store is asked again. Thread-safe.
 */
final class Account {
    private final Limits limits;
    private final int instances;
    private final Asked client;
    private final long[] owed;
    private final long[] left;
    private long[] counts = {};
    /** The store's time less that of the ticker. */
    private long offset;

    Account(Limits limits, int instances, Asked asked) {
        this.limits = limits;
        this.instances = instances;
        this.client = asked.forNothing();
        this.owed = new long[limits.size()];
        this.left = new long[limits.size()];
    }

    /** The client, asking for nothing. */
    Asked client() {
        return client;
    }

    /** Counts a request, or finds that it has to be denied; null if only the store can tell. */
    synchronized @Nullable Tally take(Asked asked, long ticks) {
        if (counts.length == 0) {
            return null;
        }
        Tally tally = Step.take(limits, counts.clone(), ticks + offset, asked, Step.NOTHING);
        if (limits.firstThatDenies(tally) >= 0) {
            return tally;
        }
        for (int i = 0; i < owed.length; i++) {
            if (!tally.isOver(i) && units(asked, i) > left[i]) {
                return null;
            }
        }
        counts = tally.counts;
        for (int i = 0; i < owed.length; i++) {
            if (!tally.isOver(i)) {
                owed[i] += units(asked, i);
                left[i] -= units(asked, i);
            }
        }
        return tally;
    }

    private long units(Asked asked, int limit) {
        return asked.costs[limit] * limits.get(limit).meter().unit();
    }

    /** What is to be told to the store, which then is owed no more; empty if nothing is. */
    synchronized long[] takeOwed() {
        if (Arrays.stream(owed).allMatch(units -> units == 0)) {
            return Step.NOTHING;
        }
        long[] taken = owed.clone();
        Arrays.fill(owed, 0);
        return taken;
    }

    /** Takes over counts from the store; what was used while they were on their way is added. */
    synchronized void update(Tally tally, long ticks) {
        offset = tally.now - ticks;
        counts = tally.counts.clone();
        for (int i = 0; i < owed.length; i++) {
            Meter meter = limits.get(i).meter();
            int from = i * Meter.NUMBERS;
            counts[from + Meter.COUNT] = Math.min(counts[from + Meter.COUNT] + owed[i], 2 * meter.capacity());
            left[i] = Math.max(0, meter.capacity() - meter.used(counts, from, tally.now)) / instances;
        }
    }
}
