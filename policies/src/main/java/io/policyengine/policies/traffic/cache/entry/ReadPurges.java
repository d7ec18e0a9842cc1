package io.policyengine.policies.traffic.cache.entry;

import io.policyengine.core.http.Octets;
import io.policyengine.core.store.LocalEntries;
import io.policyengine.core.store.StoreException;
import io.policyengine.core.store.StoreOperation;
import io.policyengine.core.store.StoreReply;
import io.policyengine.core.store.StoreScript;
import io.vertx.core.buffer.Buffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The operation that reads the purges that may still affect stored responses, with their times in microseconds of the
 * store's clock.
 */
public record ReadPurges() implements StoreOperation<Map<Purge, Long>> {
    static final String SLOT = "purges";

    static final String PURGES = "p";

    private static final StoreScript SCRIPT = new StoreScript("cache-read-purges", """
            return redis.call('HGETALL', KEYS[1])
            """);

    @Override
    public StoreScript script() {
        return SCRIPT;
    }

    @Override
    public String slot() {
        return SLOT;
    }

    @Override
    public List<String> names() {
        return List.of(PURGES);
    }

    @Override
    public void arguments(Arguments arguments) {}

    @Override
    public Map<Purge, Long> result(StoreReply reply) {
        Map<Purge, Long> purges = new HashMap<>();
        for (int i = 0; i + 1 < reply.size(); i += 2) {
            Purge purge = Purge.parse(text(reply.at(i)));
            // A purge written by a later version may apply to anything.
            purges.merge(purge == null ? Purge.ALL : purge, time(text(reply.at(i + 1))), Math::max);
        }
        return Map.copyOf(purges);
    }

    private static String text(StoreReply reply) {
        Buffer bytes = reply.bytes();
        return bytes == null ? "" : Octets.fromBytes(bytes.getBytes());
    }

    private static long time(String digits) {
        try {
            return Long.parseLong(digits);
        } catch (NumberFormatException none) {
            throw new StoreException(StoreException.Kind.MALFORMED, "", "the time of a purge is not a number");
        }
    }

    @Override
    public Map<Purge, Long> applyTo(LocalEntries entries) {
        return entries.get(PURGES) instanceof PurgeList list ? list.times() : Map.of();
    }

    record PurgeList(Map<Purge, Long> times) {}
}
