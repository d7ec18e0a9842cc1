package io.policyengine.policies.ai.semanticcache.entry;

import io.policyengine.core.store.LocalEntries;
import io.policyengine.core.store.StoreOperation;
import io.policyengine.core.store.StoreReply;
import io.policyengine.core.store.StoreScript;
import io.policyengine.policies.ai.semanticcache.vector.Rounded;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The operation that reads all vectors of a partition, which have at most {@link StoreEntry#MAX_VECTOR_BYTES} bytes.
 */
public record ReadVectors(String slot) implements StoreOperation<List<Vector>> {
    private static final StoreScript SCRIPT = new StoreScript("semantic-vectors", """
            local time = redis.call('TIME')
            local now = time[1] * 1000 + math.floor(time[2] / 1000)
            local ids = redis.call('ZRANGEBYSCORE', KEYS[3], '(' .. now, '+inf', 'LIMIT', 0, 4096)
            if #ids == 0 then
              return {ids, ids}
            end
            return {ids, redis.call('HMGET', KEYS[1], unpack(ids))}
            """);

    @Override
    public StoreScript script() {
        return SCRIPT;
    }

    @Override
    public List<String> names() {
        return Entries.NAMES;
    }

    @Override
    public void arguments(Arguments arguments) {
        // The script needs no arguments.
    }

    @Override
    public List<Vector> result(StoreReply reply) {
        StoreReply ids = reply.at(0);
        List<Vector> vectors = new ArrayList<>(ids.size());
        for (int i = 0; i < ids.size(); i++) {
            Buffer id = ids.at(i).bytes();
            Buffer bytes = reply.at(1).at(i).bytes();
            if (id != null && bytes != null) {
                vectors.add(new Vector(id.toString(), Rounded.of(bytes)));
            }
        }
        return List.copyOf(vectors);
    }

    @Override
    public List<Vector> applyTo(LocalEntries entries) {
        return Entries.in(entries).at(entries.nowMicros()).stream()
                .map(Entries.Timed::vector)
                .toList();
    }
}
