package io.policyengine.policies.cache.entry;

import io.policyengine.core.store.LocalEntries;
import io.policyengine.core.store.StoreOperation;
import io.policyengine.core.store.StoreReply;
import io.policyengine.core.store.StoreScript;
import java.time.Duration;
import java.util.List;

/**
 * Invalidates all answers of a resource that were asked for until now, in every partition, those that are on their way among them.
 *
 * @param timeToLive for as long as one of them may be kept
 */
public record WriteMark(String slot, Duration timeToLive) implements StoreOperation<Boolean> {
    private static final StoreScript SCRIPT = new StoreScript("cache-write-mark", """
            local t = redis.call('TIME')
            redis.call('SET', KEYS[1], string.format('%.0f', t[1] * 1000000 + t[2]), 'PX', ARGV[1])
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
        arguments.add(timeToLive.toMillis());
    }

    @Override
    public Boolean result(StoreReply reply) {
        return reply.number() == 1;
    }

    @Override
    public Boolean applyTo(LocalEntries entries) {
        entries.put(ReadMark.MARK, entries.nowMicros(), Long.BYTES, timeToLive);
        return true;
    }
}
