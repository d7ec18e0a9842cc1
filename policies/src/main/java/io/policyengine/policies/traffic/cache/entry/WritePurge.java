package io.policyengine.policies.traffic.cache.entry;

import io.policyengine.core.http.Octets;
import io.policyengine.core.store.LocalEntries;
import io.policyengine.core.store.StoreOperation;
import io.policyengine.core.store.StoreReply;
import io.policyengine.core.store.StoreScript;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The operation that records a purge; its result is the purge's time in microseconds of the store's clock. If there are
 * more than {@value #MAX} purges, one purge of all responses replaces them: it may remove too much, but never too
 * little.
 *
 * @param latest latest known request time of a response, in microseconds; it may be in the future if the clock was set
 *     back
 * @param timeToLive storage time of responses
 */
public record WritePurge(Purge purge, long latest, Duration timeToLive) implements StoreOperation<Long> {
    /** Maximum number of separate purges of a cache; if there are more, one purge of all responses replaces them. */
    static final int MAX = 100;

    private static final int A_PURGE = 200;

    private static final StoreScript SCRIPT = new StoreScript("cache-write-purge", """
            local t = redis.call('TIME')
            local now = math.max(t[1] * 1000000 + t[2], tonumber(ARGV[5]))
            for _, before in ipairs(redis.call('HVALS', KEYS[1])) do
              now = math.max(now, tonumber(before))
            end
            local purge = ARGV[1]
            if redis.call('HEXISTS', KEYS[1], purge) == 0 and redis.call('HLEN', KEYS[1]) >= tonumber(ARGV[3]) then
              redis.call('DEL', KEYS[1])
              purge = ARGV[4]
            end
            redis.call('HSET', KEYS[1], purge, string.format('%.0f', now))
            redis.call('PEXPIRE', KEYS[1], ARGV[2])
            return now
            """);

    @Override
    public StoreScript script() {
        return SCRIPT;
    }

    @Override
    public String slot() {
        return ReadPurges.SLOT;
    }

    @Override
    public List<String> names() {
        return List.of(ReadPurges.PURGES);
    }

    @Override
    public void arguments(Arguments arguments) {
        arguments
                .add(Buffer.buffer(Octets.toBytes(purge.text())))
                .add(timeToLive.toMillis())
                .add(MAX)
                .add(Purge.ALL.text())
                .add(latest);
    }

    @Override
    public Long result(StoreReply reply) {
        return reply.number();
    }

    @Override
    public Long applyTo(LocalEntries entries) {
        Map<Purge, Long> times =
                entries.get(ReadPurges.PURGES) instanceof ReadPurges.PurgeList list ? list.times() : Map.of();
        long now = Math.max(entries.nowMicros(), latest);
        for (long before : times.values()) {
            now = Math.max(now, before);
        }
        boolean isTooMuch = !times.containsKey(purge) && times.size() >= MAX;
        Map<Purge, Long> changed = isTooMuch ? new HashMap<>() : new HashMap<>(times);
        changed.put(isTooMuch ? Purge.ALL : purge, now);
        int bytes = changed.keySet().stream()
                .mapToInt(each -> A_PURGE + each.text().length())
                .sum();
        entries.put(ReadPurges.PURGES, new ReadPurges.PurgeList(Map.copyOf(changed)), bytes, timeToLive);
        return now;
    }
}
