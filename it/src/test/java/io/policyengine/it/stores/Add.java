package io.policyengine.it.stores;

import io.policyengine.core.store.LocalEntries;
import io.policyengine.core.store.StoreOperation;
import io.policyengine.core.store.StoreReply;
import io.policyengine.core.store.StoreScript;
import java.time.Duration;
import java.util.List;

/** Adds to a counter; its result is what the counter is then. */
record Add(String slot, String name, long number, Duration timeToLive) implements StoreOperation<Long> {
    private static final StoreScript SCRIPT = new StoreScript("add", """
            local sum = redis.call('INCRBY', KEYS[1], ARGV[1])
            redis.call('PEXPIRE', KEYS[1], ARGV[2])
            return sum
            """);

    static Add one(String slot) {
        return new Add(slot, "count", 1, Duration.ofMinutes(1));
    }

    @Override
    public StoreScript script() {
        return SCRIPT;
    }

    @Override
    public List<String> names() {
        return List.of(name);
    }

    @Override
    public void arguments(Arguments arguments) {
        arguments.add(number).add(timeToLive.toMillis());
    }

    @Override
    public Long result(StoreReply reply) {
        return reply.number();
    }

    @Override
    public Long applyTo(LocalEntries entries) {
        long sum = (entries.get(name) instanceof Long before ? before : 0) + number;
        entries.put(name, sum, Long.BYTES, timeToLive);
        return sum;
    }
}
