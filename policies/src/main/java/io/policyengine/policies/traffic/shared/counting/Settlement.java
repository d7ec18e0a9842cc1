package io.policyengine.policies.traffic.shared.counting;

import io.policyengine.core.store.LocalEntries;
import io.policyengine.core.store.StoreOperation;
import io.policyengine.core.store.StoreReply;
import io.policyengine.core.store.StoreScript;
import io.policyengine.policies.traffic.shared.limit.UsageMeter;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * The operation that replaces a reservation by the actual cost. In a shared store, a marker under the reservation's id
 * remains for a while, so that a repeated settlement has no effect. If the store's time is in none of the given
 * calendar windows, the operation changes nothing and returns the store's time.
 */
final class Settlement implements StoreOperation<Settlement.Result> {
    /**
     * The lifetime of the marker that a settlement leaves in the store. It exceeds the time during which a settlement
     * is repeated.
     */
    static final Duration MARKED = Duration.ofMinutes(5);

    /**
     * The script for Redis. For each limit, ARGV holds the arguments of its algorithm, capacity, reserved and actual
     * units, time and level.
     */
    static final StoreScript SCRIPT = new StoreScript("settle", """
            local time = redis.call('TIME')
            local now = time[1] * 1000000 + time[2]
            local limits = #KEYS - 1
            local kept = redis.call('MGET', unpack(KEYS, 1, limits))
            """ + UsageMeter.LUA + """
            local life = argument()
            local counts = {}
            for i = 1, limits do
              local c = read(kept[i])
              local meter = argument()
              if c.at > now and meter ~= 'calendar' then
                c.at = now
              end
              meters[meter](c)
              local capacity, reserved, taken, at, level = number(), number(), number(), number(), number()
              if taken > reserved then
                c.count, c.changed = math.min(c.count + taken - reserved, 2 * capacity), true
              elseif taken < reserved then
                c.give(reserved - taken, at, level)
                c.changed = true
              end
              counts[i] = c
            end

            if not knows_windows then
              return { 0, now }
            end
            if not redis.call('SET', KEYS[#KEYS], '1', 'NX', 'PX', life) then
              return { 1, now }
            end
            for i = 1, limits do
              local c = counts[i]
              if c.changed then
                write(KEYS[i], c)
              end
            end
            return { 2, now }
            """);

    private static final int MARK_BYTES = 16;

    private final Limits limits;
    private final Reservation reservation;
    private final long[] taken;
    private final boolean isMarked;
    private final long now;
    private final CounterKeys places;

    /**
     * The result of a settlement.
     *
     * @param isDone false if the store's time is in none of the given windows
     * @param isFirst true if this settlement changed the counts, false if an earlier one had
     * @param now time of the store, in microseconds
     */
    record Result(boolean isDone, boolean isFirst, long now) {}

    /**
     * Creates a settlement.
     *
     * @param taken actual amount for each limit
     * @param isMarked true if the settlement may be sent again, so that the store must remember it
     * @param now approximate time of the store, in microseconds
     */
    Settlement(Limits limits, Reservation reservation, long[] taken, boolean isMarked, long now) {
        this.limits = limits;
        this.reservation = reservation;
        this.taken = taken;
        this.isMarked = isMarked;
        this.now = now;
        this.places = new CounterKeys(
                limits, new LimitedRequest(reservation.keys().toArray(String[]::new), new long[limits.size()]));
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
        return Stream.concat(places.names().stream(), Stream.of(mark())).toList();
    }

    private String mark() {
        return "settled/" + reservation.id();
    }

    @Override
    public void arguments(Arguments arguments) {
        arguments.add(MARKED.toMillis());
        for (int i = 0; i < limits.size(); i++) {
            UsageMeter meter = limits.get(i).meter();
            Reservation.Part part = reservation.parts().get(i);
            meter.describe(arguments, now);
            arguments
                    .add(meter.capacity())
                    .add(units(meter, part.amount()))
                    .add(units(meter, takenOf(i)))
                    .add(part.at())
                    .add(part.level());
        }
    }

    /**
     * Returns the actual amount for a limit; 0 if the limit was not charged, since it does not apply or only counts.
     */
    private long takenOf(int limit) {
        return reservation.parts().get(limit).amount() == 0 ? 0 : taken[limit];
    }

    /**
     * Converts an amount to units. An amount of more than twice the limit is reduced, since no count exceeds twice the
     * capacity.
     */
    private static long units(UsageMeter meter, long amount) {
        return Math.clamp(amount, 0, 2 * meter.requests() + 1) * meter.unit();
    }

    @Override
    public Result result(StoreReply reply) {
        long done = reply.at(0).number();
        return new Result(done > 0, done > 1, reply.at(1).number());
    }

    @Override
    public List<String> localSlots() {
        return places.localSlots();
    }

    @Override
    public Result applyTo(LocalEntries entries) {
        return apply(entries, _ -> entries);
    }

    @Override
    public Result applyTo(List<? extends LocalEntries> slots) {
        return apply(slots.getFirst(), slots::get);
    }

    private Result apply(LocalEntries first, CounterKeys.Slots slots) {
        long time = first.nowMicros();
        if (isMarked) {
            if (first.get(mark()) != null) {
                return new Result(true, false, time);
            }
            first.put(mark(), true, MARK_BYTES, MARKED);
        }
        long[] counts = places.load(slots, time);
        for (int i = 0; i < limits.size(); i++) {
            settle(i, counts, time);
            places.keep(slots, i, counts, time);
        }
        return new Result(true, true, time);
    }

    private void settle(int limit, long[] counts, long time) {
        UsageMeter meter = limits.get(limit).meter();
        Reservation.Part part = reservation.parts().get(limit);
        int from = limit * UsageMeter.NUMBERS;
        counts[from + UsageMeter.AT] = Math.min(counts[from + UsageMeter.AT], time);
        meter.advance(counts, from, time);
        long more = units(meter, takenOf(limit)) - units(meter, part.amount());
        if (more > 0) {
            counts[from + UsageMeter.COUNT] = Math.min(counts[from + UsageMeter.COUNT] + more, 2 * meter.capacity());
        } else if (more < 0) {
            meter.giveBack(counts, from, time, -more, part.at(), part.level());
        }
    }
}
