package io.policyengine.policies.traffic.shared.counting;

import io.policyengine.core.policy.EntryFacts;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.policies.traffic.shared.limit.Limit;
import io.policyengine.policies.traffic.shared.limit.Seconds;
import io.policyengine.policies.traffic.shared.limit.UsageMeter;
import java.util.List;

/**
 * The limits of an entry, which are all asked in one step: if one denies, none is charged. Immutable.
 *
 * <p>Limits that count by the same key share its slot in a store. Others have to share one for the whole entry.
 */
public final class Limits {
    /** The most limits that an entry may have. */
    public static final int MAX = 16;

    private static final int OF_A_SLOT = 300;
    private static final int OF_A_COUNT = 100;

    private final List<Limit> all;
    private final boolean oneKey;
    private final List<String> ids;

    /**
     * Limits.
     *
     * @param all at least one
     */
    public Limits(List<Limit> all) {
        this.all = List.copyOf(all);
        this.oneKey = all.stream().map(Limit::key).distinct().count() == 1;
        this.ids = all.stream().map(Limit::id).toList();
    }

    /** The limits. */
    List<Limit> all() {
        return all;
    }

    /** The number of limits. */
    public int size() {
        return all.size();
    }

    /** Returns one of the limits. */
    public Limit get(int index) {
        return all.get(index);
    }

    /** True if all count by the same key. */
    boolean haveOneKey() {
        return oneKey;
    }

    /** Names of their counts in a slot that they share. */
    List<String> ids() {
        return ids;
    }

    /** Bytes that the counts of so many clients take in memory. */
    public long bytesFor(long keys) {
        long slots = oneKey ? 1 : all.size();
        return keys * (slots * OF_A_SLOT + (long) all.size() * OF_A_COUNT);
    }

    /** Returns the facts of an entry with these limits: the policy's, and those that keys and costs read. */
    public EntryFacts facts(EntryFacts declared) {
        EntryFacts facts = declared;
        for (Limit limit : all) {
            facts = limit.key().facts(facts);
            if (limit.cost() != null) {
                facts = facts.with(limit.cost().facts());
            }
        }
        return facts;
    }

    /** The keys of a request, which takes these amounts: 0 of a limit that does not apply to it. */
    public LimitedRequest asked(RequestContext context, long[] amounts) {
        long[] costs = new long[amounts.length];
        for (int i = 0; i < costs.length; i++) {
            costs[i] = Math.min(amounts[i], all.get(i).meter().requests() + 1);
        }
        return new LimitedRequest(keys(context), costs);
    }

    private String[] keys(RequestContext context) {
        String[] keys = new String[oneKey ? 1 : all.size()];
        for (int i = 0; i < keys.length; i++) {
            keys[i] = all.get(i).key().keyOf(context);
        }
        return keys;
    }

    /** The keys and costs of a request. */
    public LimitedRequest asked(RequestContext context) {
        String[] keys = keys(context);
        long[] costs = new long[all.size()];
        for (int i = 0; i < costs.length; i++) {
            costs[i] = all.get(i).costOf(context);
        }
        return new LimitedRequest(keys, costs);
    }

    /** The keys that a person means by a text, and no costs. */
    LimitedRequest about(String key) {
        String[] keys = new String[oneKey ? 1 : all.size()];
        for (int i = 0; i < keys.length; i++) {
            keys[i] = all.get(i).key().keyNamed(key);
        }
        return new LimitedRequest(keys, new long[all.size()]);
    }

    /** True if the request takes more of a limit than that ever has. */
    public boolean neverAdmit(LimitedRequest limitedRequest) {
        for (int i = 0; i < all.size(); i++) {
            if (all.get(i).neverAdmits(limitedRequest.costs[i])) {
                return true;
            }
        }
        return false;
    }

    /** The first limit that denies, which is not only there to count; -1 if none does. */
    public int firstThatDenies(Tally tally) {
        for (int i = 0; tally.over != 0 && i < all.size(); i++) {
            if (tally.isOver(i) && !all.get(i).shadow()) {
                return i;
            }
        }
        return -1;
    }

    /** Microseconds until a limit that denied what was asked would not any more. */
    public long waitMicros(int index, Tally tally, LimitedRequest limitedRequest) {
        UsageMeter meter = all.get(index).meter();
        long units = Math.min(limitedRequest.costs[index], meter.requests()) * meter.unit();
        return meter.untilFree(tally.counts, index * UsageMeter.NUMBERS, tally.now, units);
    }

    /** Requests that count in a limit, rounded up. */
    long used(int index, Tally tally) {
        UsageMeter meter = all.get(index).meter();
        return Math.ceilDiv(meter.used(tally.counts, index * UsageMeter.NUMBERS, tally.now), meter.unit());
    }

    /** Requests that a limit has left. */
    public long remaining(int index, Tally tally) {
        UsageMeter meter = all.get(index).meter();
        return Math.max(0, meter.capacity() - meter.used(tally.counts, index * UsageMeter.NUMBERS, tally.now))
                / meter.unit();
    }

    /** Seconds until a limit has all of it again, rounded up. */
    public long secondsUntilFull(int index, Tally tally) {
        UsageMeter meter = all.get(index).meter();
        return Seconds.ofMicros(meter.untilAllIsFree(tally.counts, index * UsageMeter.NUMBERS, tally.now));
    }
}
