package io.policyengine.policies.traffic.shared.limit;

import io.policyengine.core.store.StoreOperation.Arguments;

/**
 * An algorithm that counts the use of one key. Its state consists of a time, a count, and a third number, which for
 * calendars is the end of the latest window. For a sliding window, it has a count for each cell. Counts are in units;
 * one request counts {@link #unit} units. Times are in microseconds of the store's clock. Immutable. {@link #LUA} is
 * the same algorithm in Lua; all numbers are integers below 2^53, so that both have the same results.
 *
 * <p>If the clock is set back, use is neither added nor removed: if the stored time is in the future, counting
 * continues from the current time.
 */
public sealed interface UsageMeter permits Bucket, FixedWindow, SlidingWindow, CalendarWindow {
    /** The distance between the states of two limits in an array: the maximum of {@link #numbers}. */
    int NUMBERS = 2 + SlidingWindow.CELLS;

    /** Index of the time in the state. */
    int AT = 0;

    /** Index of the count in the state. */
    int COUNT = 1;

    /**
     * Index in the state of the previous cell's count, which the counts of older cells follow; for
     * {@link CalendarWindow}, index of the end of the latest window.
     */
    int BEFORE = 2;

    /**
     * The algorithms in Lua, for scripts that have set {@code now}. Each function reads the arguments of its algorithm,
     * advances the count {@code c} to {@code now}, and adds functions for use, lifetime and refunds to {@code c}. The
     * functions {@code read} and {@code write} convert a count from and to its stored text: integers with an explicit
     * format, since Lua prints at most 14 digits by default.
     */
    String LUA = """
            local at_argument = 0
            local function argument()
              at_argument = at_argument + 1
              return ARGV[at_argument]
            end
            local function number()
              return tonumber(argument())
            end

            local function read(text)
              local c = { at = now, count = 0, before = 0, older = {}, changed = false, fits = true }
              if text then
                local at, count, before, older = string.match(text, '^(%d+):(%d+):(%d+)(.*)$')
                c.at, c.count, c.before = tonumber(at), tonumber(count), tonumber(before)
                for n in string.gmatch(older, '%d+') do
                  c.older[#c.older + 1] = tonumber(n)
                end
              end
              return c
            end

            local function write(key, c)
              local value = string.format('%.0f:%.0f:%.0f', c.at, c.count, c.before)
              for i = 1, #c.older do
                value = value .. string.format(':%.0f', c.older[i])
              end
              redis.call('SET', key, value, 'PX', string.format('%.0f', math.ceil(c.life() / 1000) + 1))
            end

            local function bucket(c)
              local leak = number()
              c.count = math.max(0, c.count - (now - c.at) * leak)
              c.at = now
              c.used = function() return c.count end
              c.life = function() return c.count / leak end
              c.give = function(units, at, level)
                c.count = math.max(0, c.count - math.min(units, math.max(0, level - (now - at) * leak)))
              end
            end

            local function fixed(c)
              local period = number()
              if now - c.at >= period then
                c.at, c.count = now, 0
              end
              c.used = function() return c.count end
              c.life = function() return c.at + period - now end
              c.give = function(units, at)
                if at == c.at then c.count = math.max(0, c.count - units) end
              end
            end

            local function sliding(c)
              local cell, cells = number(), number()
              local older = c.older
              for i = #older + 1, cells - 1 do older[i] = 0 end
              local steps = math.floor((now - c.at) / cell)
              if steps > cells then
                c.at, c.count, c.before = now, 0, 0
                for i = 1, cells - 1 do older[i] = 0 end
              elseif steps > 0 then
                c.at = c.at + steps * cell
                for i = cells - 1, 1, -1 do
                  local age = i + 1 - steps
                  older[i] = age > 1 and older[age - 1] or age == 1 and c.before or age == 0 and c.count or 0
                end
                c.before = steps == 1 and c.count or 0
                c.count = 0
              end
              c.used = function()
                local sum = c.count + c.before
                for i = 1, #older do sum = sum + older[i] end
                return sum
              end
              c.life = function() return c.at + (cells + 1) * cell - now end
              c.give = function(units, at)
                local age = (c.at - at) / cell
                if age == 0 then
                  c.count = math.max(0, c.count - units)
                elseif age == 1 then
                  c.before = math.max(0, c.before - units)
                elseif older[age - 1] then
                  older[age - 1] = math.max(0, older[age - 1] - units)
                end
              end
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
              elseif c.at < start and c.before ~= finish then
                c.count, c.before = 0, finish
              end
              c.at, c.before = start, math.max(c.before, finish)
              c.used = function() return c.count end
              c.life = function() return math.min(c.before - now, 31622400000000) end
              c.give = function(units, at)
                if at == c.at then c.count = math.max(0, c.count - units) end
              end
            end

            local meters = { bucket = bucket, fixed = fixed, sliding = sliding, calendar = calendar }
            """;

    /** Returns the number of numbers in the state of this algorithm. */
    default int numbers() {
        return BEFORE + 1;
    }

    /** Adds the name and the arguments of this algorithm's Lua function. */
    void describe(Arguments arguments, long now);

    /** Returns the maximum use of a key, in units. */
    long capacity();

    /** Returns how many units one request takes. */
    long unit();

    /** Returns the seconds after which used units can be used again, rounded up. */
    long windowSeconds();

    /** Advances the count whose state begins at the index {@code from} to the time {@code now}. */
    void advance(long[] counts, int from, long now);

    /**
     * Refunds charged units, unless they have already stopped counting.
     *
     * @param at time of the count when it was charged
     * @param level value of the count after the charge
     */
    void giveBack(long[] counts, int from, long now, long units, long at, long level);

    /** Returns the used units of a count that has been advanced to {@code now}. */
    long used(long[] counts, int from, long now);

    /**
     * Returns the microseconds until this number of units, at most the capacity, can be used; 0 if they can be used
     * now.
     */
    long untilFree(long[] counts, int from, long now, long units);

    /** Returns the microseconds until no unit is in use any more. */
    long untilAllIsFree(long[] counts, int from, long now);

    /** Returns the microseconds for which the count must be stored. */
    long lifeMicros(long[] counts, int from, long now);

    /** Returns the maximum number of requests that can be in use at the same time. */
    default long requests() {
        return capacity() / unit();
    }
}
