package io.policyengine.policies.counting;

import io.policyengine.core.store.LocalEntries;
import io.policyengine.core.store.StoreOperation;
import io.policyengine.core.store.StoreReply;
import io.policyengine.core.store.StoreScript;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/**
 * A {@link Step} in a store. Counts are forgotten as soon as nothing of them counts any more. Where the time of the store is in none of
 * the windows of a calendar that it is told, it counts nothing, and says what time it is.
 */
final class Charge implements StoreOperation<Tally> {
    /**
     * Each limit has in ARGV: what its meter says, then capacity, cost, owed, and 1 if it denies. A count is kept as three integers, which
     * Lua would not write out by itself beyond 14 digits.
     */
    static final StoreScript SCRIPT = new StoreScript("charge", """
            local time = redis.call('TIME')
            local now = time[1] * 1000000 + time[2]
            local kept = redis.call('MGET', unpack(KEYS))
            local at_argument = 0
            local function argument()
              at_argument = at_argument + 1
              return ARGV[at_argument]
            end
            local function number()
              return tonumber(argument())
            end

            local function bucket(c)
              local leak = number()
              c.count = math.max(0, c.count - (now - c.at) * leak)
              c.at = now
              c.used = function() return c.count end
              c.life = function() return c.count / leak end
            end

            local function fixed(c)
              local period = number()
              if now - c.at >= period then
                c.at, c.count = now, 0
              end
              c.used = function() return c.count end
              c.life = function() return c.at + period - now end
            end

            local function sliding(c)
              local period = number()
              local past = now - c.at
              if past >= 2 * period then
                c.at, c.count, c.before = now, 0, 0
              elseif past >= period then
                c.at, c.count, c.before = c.at + period, 0, c.count
              end
              c.used = function() return c.count + math.ceil(c.before * (period - (now - c.at)) / period) end
              c.life = function() return c.at + 2 * period - now end
            end

            local knows_windows = true
            local function calendar(c)
              local before, start, finish, after = number(), number(), number(), number()
              knows_windows = knows_windows and now >= before and now < after
              if now < start then
                start, finish = before, start
              elseif now >= finish then
                start, finish = finish, after
              end
              if c.at > start then
                c.changed = true
              elseif c.at < start then
                c.count = 0
              end
              c.at = start
              c.used = function() return c.count end
              c.life = function() return finish - now end
            end

            local meters = { bucket = bucket, fixed = fixed, sliding = sliding, calendar = calendar }
            local counts, over, denied = {}, 0, false
            for i = 1, #KEYS do
              local c = { at = now, count = 0, before = 0, changed = false, fits = true }
              if kept[i] then
                local at, count, before = string.match(kept[i], '^(%d+):(%d+):(%d+)$')
                c.at, c.count, c.before = tonumber(at), tonumber(count), tonumber(before)
              end
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
                local value = string.format('%.0f:%.0f:%.0f', c.at, c.count, c.before)
                redis.call('SET', KEYS[i], value, 'PX', string.format('%.0f', math.ceil(c.life() / 1000) + 1))
              end
              reply[#reply + 1] = c.at
              reply[#reply + 1] = c.count
              reply[#reply + 1] = c.before
            end
            return reply
            """);

    /** The slot of limits that count by different keys, within what the store keeps for the entry. */
    private static final String OF_ALL_KEYS = "all";

    private static final int BYTES = 40;

    private final Limits limits;
    private final Asked asked;
    private final long[] owed;
    private final long now;

    /**
     * A step.
     *
     * @param now about the time of the store, in microseconds: the windows of calendars around it are told
     */
    Charge(Limits limits, Asked asked, long[] owed, long now) {
        this.limits = limits;
        this.asked = asked;
        this.owed = owed;
        this.now = now;
    }

    @Override
    public StoreScript script() {
        return SCRIPT;
    }

    @Override
    public String slot() {
        return limits.haveOneKey() ? asked.keys[0] : OF_ALL_KEYS;
    }

    @Override
    public List<String> names() {
        return limits.haveOneKey() ? limits.ids() : idsWithKeys();
    }

    private List<String> idsWithKeys() {
        List<String> names = new ArrayList<>(limits.size());
        for (int i = 0; i < limits.size(); i++) {
            names.add(limits.ids().get(i) + "/" + asked.key(i));
        }
        return names;
    }

    @Override
    public void arguments(Arguments arguments) {
        for (int i = 0; i < limits.size(); i++) {
            Limit limit = limits.get(i);
            Meter meter = limit.meter();
            meter.describe(arguments, now);
            arguments
                    .add(meter.capacity())
                    .add(asked.costs[i] * meter.unit())
                    .add(owed.length == 0 ? 0 : owed[i])
                    .add(limit.shadow() ? 0 : 1);
        }
    }

    @Override
    public Tally result(StoreReply reply) {
        if (reply.size() == 1) {
            return Tally.ofTimeAlone(reply.at(0).number());
        }
        long[] counts = new long[limits.size() * Meter.NUMBERS];
        for (int i = 0; i < counts.length; i++) {
            counts[i] = reply.at(i + 2).number();
        }
        return new Tally(reply.at(0).number(), reply.at(1).number(), 0, counts);
    }

    @Override
    public List<String> localSlots() {
        return limits.haveOneKey() ? List.of() : idsWithKeys();
    }

    @Override
    public Tally applyTo(LocalEntries entries) {
        return apply(entries.nowMicros(), _ -> entries);
    }

    @Override
    public Tally applyTo(List<? extends LocalEntries> slots) {
        return apply(slots.getFirst().nowMicros(), slots::get);
    }

    private Tally apply(long time, Slots slots) {
        long[] counts = new long[limits.size() * Meter.NUMBERS];
        for (int i = 0; i < limits.size(); i++) {
            if (slots.of(i).get(limits.ids().get(i)) instanceof long[] kept) {
                System.arraycopy(kept, 0, counts, i * Meter.NUMBERS, Meter.NUMBERS);
            } else {
                counts[i * Meter.NUMBERS + Meter.AT] = time;
            }
        }
        Tally tally = Step.take(limits, counts, time, asked, owed);
        for (int i = 0; tally.changed != 0 && i < limits.size(); i++) {
            if (tally.isChanged(i)) {
                keep(slots.of(i), i, tally);
            }
        }
        return tally;
    }

    private void keep(LocalEntries entries, int limit, Tally tally) {
        int from = limit * Meter.NUMBERS;
        String name = limits.ids().get(limit);
        Duration life = Duration.of(
                limits.get(limit).meter().lifeMicros(tally.counts, from, tally.now) + 1_000, ChronoUnit.MICROS);
        if (entries.get(name) instanceof long[] kept) {
            System.arraycopy(tally.counts, from, kept, 0, Meter.NUMBERS);
            entries.keep(name, life);
        } else {
            long[] fresh = new long[Meter.NUMBERS];
            System.arraycopy(tally.counts, from, fresh, 0, Meter.NUMBERS);
            entries.put(name, fresh, BYTES, life);
        }
    }

    /** The slot of each limit. */
    private interface Slots {
        LocalEntries of(int limit);
    }
}
