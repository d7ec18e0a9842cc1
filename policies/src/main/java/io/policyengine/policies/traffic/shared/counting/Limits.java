package io.policyengine.policies.traffic.shared.counting;

import io.policyengine.core.expression.Formula;
import io.policyengine.core.policy.EntryFacts;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.Leniency;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.policies.shared.clientkey.ClientKey;
import io.policyengine.policies.traffic.shared.limit.Limit;
import io.policyengine.policies.traffic.shared.limit.Seconds;
import io.policyengine.policies.traffic.shared.limit.UsageMeter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The limits of an entry, which are checked in one step: if one limit denies a request, no limit is charged. Immutable.
 *
 * <p>If all limits count by the same key, each value of that key has its own slot in the store. Otherwise one slot
 * holds all counts of the entry.
 */
public final class Limits {
    /** Maximum number of limits of an entry. */
    public static final int MAX = 16;

    private static final int OF_A_SLOT = 300;
    private static final int OF_A_COUNT = 100;

    private final List<Limit> all;
    private final boolean oneKey;
    private final List<String> ids;

    /**
     * Creates the limits of an entry.
     *
     * @param all the limits, at least one
     */
    public Limits(List<Limit> all) {
        this.all = List.copyOf(all);
        this.oneKey = all.stream().map(Limit::key).distinct().count() == 1;
        this.ids = all.stream().map(Limit::id).toList();
    }

    List<Limit> all() {
        return all;
    }

    public int size() {
        return all.size();
    }

    public Limit get(int index) {
        return all.get(index);
    }

    boolean haveOneKey() {
        return oneKey;
    }

    /** Returns the ids of the limits, under which a store holds their counts. */
    List<String> ids() {
        return ids;
    }

    /** Returns the heap that the counts of this many clients use, in bytes. */
    public long bytesFor(long keys) {
        long slots = oneKey ? 1 : all.size();
        return keys * (slots * OF_A_SLOT + (long) all.size() * OF_A_COUNT);
    }

    /**
     * Returns the declared facts, extended by those of the limits' keys and costs. Limits that only count are not
     * declared as limiting.
     */
    public EntryFacts facts(EntryFacts declared) {
        List<Limit> enforced = all.stream().filter(limit -> !limit.shadow()).toList();
        EntryFacts facts = enforced.isEmpty()
                ? declared
                : ClientKey.factsOfLimits(enforced.stream().map(Limit::key).toList(), declared.with(Fact.LIMITS_USE));
        for (Limit limit : all) {
            facts = limit.key().facts(facts);
            if (limit.cost() != null) {
                facts = facts.with(limit.cost().facts());
            }
        }
        boolean costsNothing = !enforced.isEmpty()
                && ZeroCosts.arePossible(enforced.stream()
                        .map(limit -> limit.cost() == null
                                ? new Formula.Constant(false)
                                : limit.cost().zero())
                        .toList());
        return costsNothing
                ? facts.passing(
                        Leniency.Occasion.COSTS_NOTHING, "/limits/" + all.indexOf(enforced.getFirst()) + "/cost")
                : facts;
    }

    /** Returns a request's keys, with these amounts as its costs. The amount is 0 for a limit that does not apply. */
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

    /** Returns a request's keys and costs, as its expressions state them. */
    public LimitedRequest asked(RequestContext context) {
        String[] keys = keys(context);
        long[] costs = new long[all.size()];
        for (int i = 0; i < costs.length; i++) {
            costs[i] = all.get(i).costOf(context);
        }
        return new LimitedRequest(keys, costs);
    }

    /** Returns a request for looking up counts: with the key that an operator enters, and without costs. */
    LimitedRequest about(String key) {
        String[] keys = new String[oneKey ? 1 : all.size()];
        for (int i = 0; i < keys.length; i++) {
            keys[i] = all.get(i).key().keyNamed(key);
        }
        return new LimitedRequest(keys, new long[all.size()]);
    }

    /** Returns the first limit whose maximum is below the cost of the request, or null. */
    public @Nullable Limit firstThatNeverAdmits(LimitedRequest limitedRequest) {
        for (int i = 0; i < all.size(); i++) {
            if (all.get(i).neverAdmits(limitedRequest.costs[i])) {
                return all.get(i);
            }
        }
        return null;
    }

    /** Returns the index of the first limit that denies the request, or -1. A limit in shadow mode never denies. */
    public int firstThatDenies(Tally tally) {
        for (int i = 0; tally.over != 0 && i < all.size(); i++) {
            if (tally.isOver(i) && !all.get(i).shadow()) {
                return i;
            }
        }
        return -1;
    }

    /** Returns the microseconds until a limit will admit a request that it has denied. */
    public long waitMicros(int index, Tally tally, LimitedRequest limitedRequest) {
        UsageMeter meter = all.get(index).meter();
        long units = Math.min(limitedRequest.costs[index], meter.requests()) * meter.unit();
        return meter.untilFree(tally.counts, index * UsageMeter.NUMBERS, tally.now, units);
    }

    /** Returns the number of used requests of a limit, rounded up. */
    long used(int index, Tally tally) {
        UsageMeter meter = all.get(index).meter();
        return Math.ceilDiv(meter.used(tally.counts, index * UsageMeter.NUMBERS, tally.now), meter.unit());
    }

    /** Returns the number of remaining requests of a limit. */
    public long remaining(int index, Tally tally) {
        UsageMeter meter = all.get(index).meter();
        return Math.max(0, meter.capacity() - meter.used(tally.counts, index * UsageMeter.NUMBERS, tally.now))
                / meter.unit();
    }

    /** Returns the seconds until no request of a limit is in use any more, rounded up. */
    public long secondsUntilFull(int index, Tally tally) {
        UsageMeter meter = all.get(index).meter();
        return Seconds.ofMicros(meter.untilAllIsFree(tally.counts, index * UsageMeter.NUMBERS, tally.now));
    }
}
