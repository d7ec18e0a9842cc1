package io.policyengine.policies.ai.semanticcache.entry;

import io.policyengine.core.store.LocalEntries;
import io.policyengine.core.store.StoreOperation;
import io.policyengine.core.store.StoreReply;
import io.policyengine.core.store.StoreScript;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The operation that stores an entry; its result is true if the entry was stored. An entry with the same id is
 * replaced. The oldest entries are evicted if the limits are exceeded.
 *
 * @param maxEntries maximum number of entries of the partition
 * @param maxBytes maximum size of the partition, in bytes; a larger entry is not stored
 */
public record StoreEntry(String slot, Entry entry, Duration timeToLive, int maxEntries, long maxBytes)
        implements StoreOperation<Boolean> {
    /**
     * Maximum size of the vectors of a semantic cache's partition, in bytes. Each lookup reads and compares all of
     * them.
     */
    public static final int MAX_VECTOR_BYTES = 4 << 20;

    private static final StoreScript SCRIPT = new StoreScript("semantic-keep", """
            local time = redis.call('TIME')
            local now = time[1] * 1000 + math.floor(time[2] / 1000)
            local id, ttl, size = ARGV[1], tonumber(ARGV[4]), #ARGV[2] + #ARGV[3]
            local bytes = tonumber(redis.call('HGET', KEYS[2], 'n') or '0')
            if size > tonumber(ARGV[6]) then
              return 0
            end
            local function drop(gone)
              bytes = bytes - redis.call('HSTRLEN', KEYS[1], gone) - redis.call('HSTRLEN', KEYS[2], gone)
              redis.call('HDEL', KEYS[1], gone)
              redis.call('HDEL', KEYS[2], gone)
              redis.call('ZREM', KEYS[3], gone)
            end
            for _, over in ipairs(redis.call('ZRANGEBYSCORE', KEYS[3], '-inf', now)) do
              drop(over)
            end
            drop(id)
            local count = redis.call('ZCARD', KEYS[3])
            while count > 0 and (count >= tonumber(ARGV[5]) or bytes + size > tonumber(ARGV[6])) do
              drop(redis.call('ZRANGE', KEYS[3], 0, 0)[1])
              count = count - 1
            end
            redis.call('HSET', KEYS[1], id, ARGV[2])
            redis.call('HSET', KEYS[2], id, ARGV[3], 'n', bytes + size)
            redis.call('ZADD', KEYS[3], now + ttl, id)
            for _, key in ipairs(KEYS) do
              redis.call('PEXPIRE', key, math.max(redis.call('PTTL', key), ttl))
            end
            return 1
            """);

    @Override
    public StoreScript script() {
        return SCRIPT;
    }

    @Override
    public List<String> names() {
        return Entries.NAMES;
    }

    @Override
    public void arguments(Arguments arguments) {
        arguments
                .add(entry.id())
                .add(entry.embedding().rounded().encode())
                .add(entry.encode())
                .add(timeToLive.toMillis())
                .add(most())
                .add(maxBytes);
    }

    private int most() {
        return Math.max(
                1, Math.min(maxEntries, MAX_VECTOR_BYTES / entry.embedding().dimensions()));
    }

    @Override
    public Boolean result(StoreReply reply) {
        return reply.number() == 1;
    }

    @Override
    public Boolean applyTo(LocalEntries entries) {
        if (entry.bytes() > maxBytes) {
            return false;
        }
        long now = entries.nowMicros();
        Entries.Timed added = new Entries.Timed(
                entry,
                new Vector(entry.id(), entry.embedding().rounded()),
                now + TimeUnit.MILLISECONDS.toMicros(timeToLive.toMillis()));
        Entries next = Entries.in(entries).with(added, now, most(), maxBytes);
        entries.put(Entries.NAME, next, next.bytes(), next.worth(now));
        return true;
    }
}
