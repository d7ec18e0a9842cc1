package io.policyengine.policies.traffic.concurrencylimit.lease;

import io.policyengine.core.store.LocalEntries;
import io.policyengine.core.store.StoreOperation;
import io.policyengine.core.store.StoreReply;
import io.policyengine.core.store.StoreScript;
import java.time.Duration;
import java.util.List;

/**
 * The operation that takes a lease, unless the maximum is reached. Its result is the number of leases then held, or 0
 * if none was taken.
 *
 * @param slot the key whose leases are counted
 * @param id id of the lease
 */
public record TakeLease(String slot, String id, int max, Duration lease) implements StoreOperation<Integer> {
    private static final StoreScript SCRIPT = new StoreScript("lease-take", """
            local time = redis.call('TIME')
            local now = time[1] * 1000 + math.floor(time[2] / 1000)
            local lease = tonumber(ARGV[3])
            redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
            for _, id in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '(' .. (now + lease), '+inf')) do
              redis.call('ZADD', KEYS[1], now + lease, id)
            end
            local out = redis.call('ZCARD', KEYS[1])
            if out >= tonumber(ARGV[2]) then
              return 0
            end
            redis.call('ZADD', KEYS[1], now + lease, ARGV[1])
            redis.call('PEXPIRE', KEYS[1], lease)
            return out + 1
            """);

    @Override
    public StoreScript script() {
        return SCRIPT;
    }

    @Override
    public List<String> names() {
        return List.of(LeaseTable.NAME);
    }

    @Override
    public void arguments(Arguments arguments) {
        arguments.add(id).add(max).add(lease.toMillis());
    }

    @Override
    public Integer result(StoreReply reply) {
        return (int) reply.number();
    }

    @Override
    public Integer applyTo(LocalEntries entries) {
        LeaseTable table = LeaseTable.in(entries);
        long now = entries.nowMicros();
        table.expire(now, lease);
        if (table.size() >= max) {
            return 0;
        }
        table.add(id, now, lease);
        table.keep(entries, lease);
        return table.size();
    }
}
