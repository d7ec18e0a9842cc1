package io.policyengine.policies.traffic.cache.entry;

import io.policyengine.core.store.LocalEntries;
import io.policyengine.core.store.StoreOperation;
import io.policyengine.core.store.StoreReply;
import io.policyengine.core.store.StoreScript;
import io.vertx.core.buffer.Buffer;
import java.util.List;

/**
 * The operation that reads a response, assuming that its Vary names certain fields. If Vary names other fields, the
 * result holds only their names, and a second read with them finds the response.
 *
 * @param variant the variant for the request, with the assumed field names
 */
public record ReadAnswer(String slot, Variant variant) implements StoreOperation<CacheRead> {
    /** The name of the index within a slot, and of the Redis hash that holds the whole slot. */
    static final String INDEX = "a";

    /** The prefix of a variant's id. */
    static final String ANSWER = "r";

    private static final StoreScript SCRIPT = new StoreScript("cache-read", """
            local t = redis.call('TIME')
            local now = t[1] * 1000000 + t[2]
            local names = redis.call('HGET', KEYS[1], 'v')
            if not names then
              return {now}
            end
            if names ~= ARGV[1] then
              return {now, names}
            end
            return {now, names, redis.call('HGET', KEYS[1], 'r' .. ARGV[2])}
            """);

    @Override
    public StoreScript script() {
        return SCRIPT;
    }

    @Override
    public List<String> names() {
        return List.of(INDEX);
    }

    @Override
    public void arguments(Arguments arguments) {
        arguments.add(variant.joined()).add(variant.id());
    }

    @Override
    public CacheRead result(StoreReply reply) {
        long now = reply.at(0).number();
        Buffer names = reply.size() > 1 ? reply.at(1).bytes() : null;
        if (names == null) {
            return new CacheRead(now, null, null);
        }
        Buffer answer = reply.size() > 2 ? reply.at(2).bytes() : null;
        return new CacheRead(now, Variant.split(names.toString()), answer == null ? null : StoredCodec.decode(answer));
    }

    @Override
    public CacheRead applyTo(LocalEntries entries) {
        if (!(entries.get(INDEX) instanceof VariantIndex index)) {
            return new CacheRead(entries.nowMicros(), null, null);
        }
        StoredResponse answer =
                index.names().equals(variant.names()) ? (StoredResponse) entries.get(ANSWER + variant.id()) : null;
        return new CacheRead(entries.nowMicros(), index.names(), answer);
    }
}
