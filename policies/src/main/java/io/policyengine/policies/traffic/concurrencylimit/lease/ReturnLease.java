package io.policyengine.policies.traffic.concurrencylimit.lease;

import io.policyengine.core.store.LocalEntries;
import io.policyengine.core.store.StoreOperation;
import io.policyengine.core.store.StoreReply;
import io.policyengine.core.store.StoreScript;
import java.time.Duration;
import java.util.List;

/** The operation that releases a lease; its result is false if the lease was not held. */
public record ReturnLease(String slot, String id, Duration lease) implements StoreOperation<Boolean> {
    private static final StoreScript SCRIPT =
            new StoreScript("lease-return", "return redis.call('ZREM', KEYS[1], ARGV[1])");

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
        arguments.add(id);
    }

    @Override
    public Boolean result(StoreReply reply) {
        return reply.number() == 1;
    }

    @Override
    public Boolean applyTo(LocalEntries entries) {
        LeaseTable table = LeaseTable.in(entries);
        boolean wasOut = table.remove(id);
        if (table.size() == 0) {
            entries.remove(LeaseTable.NAME);
        } else if (wasOut) {
            table.keep(entries, lease);
        }
        return wasOut;
    }
}
