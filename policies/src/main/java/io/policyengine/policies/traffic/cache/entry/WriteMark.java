package io.policyengine.policies.traffic.cache.entry;

import io.policyengine.core.store.LocalEntries;
import io.policyengine.core.store.StoreOperation;
import io.policyengine.core.store.StoreReply;
import io.policyengine.core.store.StoreScript;
import java.time.Duration;
import java.util.List;

/**
 * The operation that invalidates all responses of a resource that were requested until now, in every partition,
 * including responses in transit.
 *
 * @param latest latest known request time of a response, in microseconds; it may be in the future if the clock was set
 *     back
 * @param timeToLive storage time of responses
 */
public record WriteMark(String slot, long latest, Duration timeToLive) implements StoreOperation<Boolean> {
    private static final StoreScript SCRIPT = new StoreScript("cache-write-mark", """
            local t = redis.call('TIME')
            local before = tonumber(redis.call('GET', KEYS[1]) or 0)
            local mark = math.max(t[1] * 1000000 + t[2], tonumber(ARGV[2]), before)
            redis.call('SET', KEYS[1], string.format('%.0f', mark), 'PX', ARGV[1])
            return 1
            """);

    @Override
    public StoreScript script() {
        return SCRIPT;
    }

    @Override
    public List<String> names() {
        return List.of(ReadMark.MARK);
    }

    @Override
    public void arguments(Arguments arguments) {
        arguments.add(timeToLive.toMillis()).add(latest);
    }

    @Override
    public Boolean result(StoreReply reply) {
        return reply.number() == 1;
    }

    @Override
    public Boolean applyTo(LocalEntries entries) {
        long before = entries.get(ReadMark.MARK) instanceof Long mark ? mark : 0;
        entries.put(ReadMark.MARK, Math.max(Math.max(entries.nowMicros(), latest), before), Long.BYTES, timeToLive);
        return true;
    }
}
