package io.policyengine.policies.traffic.cache.entry;

import io.policyengine.core.store.LocalEntries;
import io.policyengine.core.store.StoreOperation;
import io.policyengine.core.store.StoreReply;
import io.policyengine.core.store.StoreScript;
import java.time.Duration;
import java.util.List;

/**
 * The operation that writes a response. If its Vary names other fields than the stored variants, these variants are
 * removed. Otherwise the oldest variant is removed if there are too many.
 *
 * @param timeToLive storage time of the response
 * @param maxVariants maximum number of variants
 */
public record WriteAnswer(String slot, Variant variant, StoredResponse answer, Duration timeToLive, int maxVariants)
        implements StoreOperation<Boolean> {
    private static final StoreScript SCRIPT = new StoreScript("cache-write", """
            local key, names, field = KEYS[1], ARGV[1], 'r' .. ARGV[2]
            local ttl = tonumber(ARGV[4])
            if redis.call('HGET', key, 'v') ~= names then
              redis.call('DEL', key)
            end
            local ids = {}
            for id in string.gmatch(redis.call('HGET', key, 'i') or '', '[^ ]+') do
              if id ~= field then
                ids[#ids + 1] = id
              end
            end
            ids[#ids + 1] = field
            while #ids > tonumber(ARGV[5]) do
              redis.call('HDEL', key, table.remove(ids, 1))
            end
            local left = redis.call('PTTL', key)
            redis.call('HSET', key, 'v', names, 'i', table.concat(ids, ' '), field, ARGV[3])
            redis.call('PEXPIRE', key, math.max(left, ttl))
            return 1
            """);

    @Override
    public StoreScript script() {
        return SCRIPT;
    }

    @Override
    public List<String> names() {
        return List.of(ReadAnswer.INDEX);
    }

    @Override
    public void arguments(Arguments arguments) {
        arguments
                .add(variant.joined())
                .add(variant.id())
                .add(StoredCodec.encode(answer))
                .add(timeToLive.toMillis())
                .add(maxVariants);
    }

    @Override
    public Boolean result(StoreReply reply) {
        return reply.number() == 1;
    }

    @Override
    public Boolean applyTo(LocalEntries entries) {
        VariantIndex index = entries.get(ReadAnswer.INDEX) instanceof VariantIndex known ? known : null;
        if (index == null || !index.names().equals(variant.names())) {
            if (index != null) {
                index.ids().forEach(id -> entries.remove(ReadAnswer.ANSWER + id));
            }
            index = new VariantIndex(variant.names(), List.of(), 0);
        }
        long now = entries.nowMicros();
        index = index.with(variant.id(), now, timeToLive);
        while (index.ids().size() > maxVariants) {
            entries.remove(ReadAnswer.ANSWER + index.ids().getFirst());
            index = index.withoutOldest();
        }
        entries.put(ReadAnswer.ANSWER + variant.id(), answer, answer.bytes(), timeToLive);
        entries.put(ReadAnswer.INDEX, index, index.bytes(), index.worth(now));
        return true;
    }
}
