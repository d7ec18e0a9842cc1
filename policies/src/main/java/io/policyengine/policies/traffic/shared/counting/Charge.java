package io.policyengine.policies.traffic.shared.counting;

import io.policyengine.core.store.LocalEntries;
import io.policyengine.core.store.StoreOperation;
import io.policyengine.core.store.StoreReply;
import io.policyengine.core.store.StoreScript;
import io.policyengine.policies.traffic.shared.limit.Limit;
import io.policyengine.policies.traffic.shared.limit.UsageMeter;
import java.util.List;

/**
 * The operation that runs a {@link CountingStep} in a store and removes expired counts. If the store's time is in none
 * of the given calendar windows, it counts nothing and returns the store's time.
 */
final class Charge implements StoreOperation<Tally> {
    /**
     * The script for Redis. For each limit, ARGV holds the arguments of its algorithm, then capacity, cost, owed units,
     * and 1 if the limit may deny requests.
     */
    static final StoreScript SCRIPT = new StoreScript("charge", """
            local time = redis.call('TIME')
            local now = time[1] * 1000000 + time[2]
            local kept = redis.call('MGET', unpack(KEYS))
            """ + UsageMeter.LUA + """
            local counts, over, denied = {}, 0, false
            for i = 1, #KEYS do
              local c = read(kept[i])
              local meter = argument()
              if c.at > now and meter ~= 'calendar' then
                c.at, c.changed = now, true
              end
              meters[meter](c)
              local capacity, cost, owed, denies = number(), number(), number(), argument() == '1'
              if owed > 0 then
                c.count, c.changed = math.min(c.count + owed, 2 * capacity), true
              end
              c.cost = cost
              if cost > 0 and c.used() + cost > capacity then
                c.fits = false
                over = over + 2 ^ (i - 1)
                denied = denied or denies
              end
              counts[i] = c
            end

            if not knows_windows then
              return { now }
            end

            local reply = { now, over }
            for i = 1, #KEYS do
              local c = counts[i]
              if not denied and c.fits and c.cost > 0 then
                c.count, c.changed = c.count + c.cost, true
              end
              if c.changed then
                write(KEYS[i], c)
              end
              reply[#reply + 1] = c.at
              reply[#reply + 1] = c.count
              reply[#reply + 1] = c.before
              for j = 1, #c.older do
                reply[#reply + 1] = c.older[j]
              end
            end
            return reply
            """);

    private final Limits limits;
    private final LimitedRequest limitedRequest;
    private final long[] owed;
    private final long now;
    private final CounterKeys places;

    /**
     * Creates the operation that charges a request.
     *
     * @param now approximate time of the store, in microseconds, for the calendar windows
     */
    Charge(Limits limits, LimitedRequest limitedRequest, long[] owed, long now) {
        this.limits = limits;
        this.limitedRequest = limitedRequest;
        this.owed = owed;
        this.now = now;
        this.places = new CounterKeys(limits, limitedRequest);
    }

    @Override
    public StoreScript script() {
        return SCRIPT;
    }

    @Override
    public String slot() {
        return places.slot();
    }

    @Override
    public List<String> names() {
        return places.names();
    }

    @Override
    public void arguments(Arguments arguments) {
        for (int i = 0; i < limits.size(); i++) {
            Limit limit = limits.get(i);
            UsageMeter meter = limit.meter();
            meter.describe(arguments, now);
            arguments
                    .add(meter.capacity())
                    .add(limitedRequest.costs[i] * meter.unit())
                    .add(owed.length == 0 ? 0 : owed[i])
                    .add(limit.shadow() ? 0 : 1);
        }
    }

    @Override
    public Tally result(StoreReply reply) {
        if (reply.size() == 1) {
            return Tally.ofTimeAlone(reply.at(0).number());
        }
        long[] counts = new long[limits.size() * UsageMeter.NUMBERS];
        int at = 2;
        for (int i = 0; i < limits.size(); i++) {
            for (int j = 0; j < limits.get(i).meter().numbers(); j++) {
                counts[i * UsageMeter.NUMBERS + j] = reply.at(at++).number();
            }
        }
        return new Tally(reply.at(0).number(), reply.at(1).number(), 0, counts);
    }

    @Override
    public List<String> localSlots() {
        return places.localSlots();
    }

    @Override
    public Tally applyTo(LocalEntries entries) {
        return apply(entries.nowMicros(), _ -> entries);
    }

    @Override
    public Tally applyTo(List<? extends LocalEntries> slots) {
        return apply(slots.getFirst().nowMicros(), slots::get);
    }

    private Tally apply(long time, CounterKeys.Slots slots) {
        long[] counts = places.load(slots, time);
        Tally tally = CountingStep.take(limits, counts, time, limitedRequest, owed);
        for (int i = 0; tally.changed != 0 && i < limits.size(); i++) {
            if (tally.isChanged(i)) {
                places.keep(slots, i, tally.counts, time);
            }
        }
        return tally;
    }
}
