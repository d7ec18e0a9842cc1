package io.policyengine.policies.traffic.cache.entry;

import io.policyengine.core.store.LocalEntries;
import io.policyengine.core.store.StoreOperation;
import io.policyengine.core.store.StoreReply;
import io.policyengine.core.store.StoreScript;
import java.util.List;

/**
 * The operation that reads the time of a resource's last invalidation, in microseconds of the store's clock; 0 if none
 * is known.
 */
public record ReadMark(String slot) implements StoreOperation<Long> {
    /** The name of the invalidation time within its slot. */
    static final String MARK = "m";

    private static final StoreScript SCRIPT = new StoreScript("cache-read-mark", """
            return tonumber(redis.call('GET', KEYS[1]) or 0)
            """);

    @Override
    public StoreScript script() {
        return SCRIPT;
    }

    @Override
    public List<String> names() {
        return List.of(MARK);
    }

    @Override
    public void arguments(Arguments arguments) {}

    @Override
    public Long result(StoreReply reply) {
        return reply.number();
    }

    @Override
    public Long applyTo(LocalEntries entries) {
        return entries.get(MARK) instanceof Long mark ? mark : 0L;
    }
}
