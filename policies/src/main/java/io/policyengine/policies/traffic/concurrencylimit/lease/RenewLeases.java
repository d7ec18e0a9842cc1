package io.policyengine.policies.traffic.concurrencylimit.lease;

import io.policyengine.core.store.LocalEntries;
import io.policyengine.core.store.StoreOperation;
import io.policyengine.core.store.StoreReply;
import io.policyengine.core.store.StoreScript;
import java.time.Duration;
import java.util.List;

/** The operation that renews leases of one key, and restores lost leases, for example after an outage of the store. */
public record RenewLeases(String slot, List<String> ids, Duration lease) implements StoreOperation<Boolean> {
    private static final StoreScript SCRIPT = new StoreScript("lease-renew", """
            local time = redis.call('TIME')
            local until_ms = time[1] * 1000 + math.floor(time[2] / 1000) + tonumber(ARGV[1])
            for i = 2, #ARGV do
              redis.call('ZADD', KEYS[1], until_ms, ARGV[i])
            end
            redis.call('PEXPIRE', KEYS[1], ARGV[1])
            return 1
            """);

    public RenewLeases {
        ids = List.copyOf(ids);
    }

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
        arguments.add(lease.toMillis());
        ids.forEach(arguments::add);
    }

    @Override
    public Boolean result(StoreReply reply) {
        return reply.number() == 1;
    }

    @Override
    public Boolean applyTo(LocalEntries entries) {
        LeaseTable table = LeaseTable.in(entries);
        ids.forEach(id -> table.add(id, entries.nowMicros(), lease));
        table.keep(entries, lease);
        return true;
    }
}
