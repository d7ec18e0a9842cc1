package io.policyengine.policies.traffic.shared.counting;

import io.policyengine.policies.traffic.shared.limit.UsageMeter;

/** Counts a request against all limits in one step. {@link Charge#SCRIPT} is the same algorithm in Lua. */
final class CountingStep {
    /** The owed units if there is no earlier use to report. */
    static final long[] NOTHING = {};

    private final Limits limits;
    private final long[] counts;
    private final long now;
    private long over;
    private long changed;

    private CountingStep(Limits limits, long[] counts, long now) {
        this.limits = limits;
        this.counts = counts;
        this.now = now;
    }

    /**
     * Advances the counts to the current time, adds owed units unconditionally, and charges the request unless a limit
     * denies it.
     *
     * @param counts the counts of all limits, which are modified
     * @param owed earlier use of each limit, in units; or {@link #NOTHING}
     */
    static Tally take(Limits limits, long[] counts, long now, LimitedRequest limitedRequest, long[] owed) {
        CountingStep step = new CountingStep(limits, counts, now);
        boolean denied = false;
        for (int i = 0; i < limits.size(); i++) {
            step.bringToNow(i, owed.length == 0 ? 0 : owed[i]);
            denied |=
                    !step.hasRoom(i, limitedRequest.costs[i]) && !limits.get(i).shadow();
        }
        for (int i = 0; !denied && i < limits.size(); i++) {
            step.charge(i, limitedRequest.costs[i]);
        }
        return new Tally(now, step.over, step.changed, counts);
    }

    private void bringToNow(int limit, long owed) {
        UsageMeter meter = limits.get(limit).meter();
        int from = limit * UsageMeter.NUMBERS;
        if (counts[from + UsageMeter.AT] > now) {
            counts[from + UsageMeter.AT] = now;
            changed |= 1L << limit;
        }
        meter.advance(counts, from, now);
        if (owed > 0) {
            // If instances together exceed a limit, the excess is paid back, up to the size of the limit.
            counts[from + UsageMeter.COUNT] = Math.min(counts[from + UsageMeter.COUNT] + owed, 2 * meter.capacity());
            changed |= 1L << limit;
        }
    }

    private boolean hasRoom(int limit, long cost) {
        UsageMeter meter = limits.get(limit).meter();
        // A cost above the limit could also overflow, if an instance's share is small.
        boolean fits = cost <= meter.requests()
                && meter.used(counts, limit * UsageMeter.NUMBERS, now) + cost * meter.unit() <= meter.capacity();
        if (cost == 0 || fits) {
            return true;
        }
        over |= 1L << limit;
        return false;
    }

    private void charge(int limit, long cost) {
        if (cost > 0 && (over >> limit & 1) == 0) {
            counts[limit * UsageMeter.NUMBERS + UsageMeter.COUNT] +=
                    cost * limits.get(limit).meter().unit();
            changed |= 1L << limit;
        }
    }
}
