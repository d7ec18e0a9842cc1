package io.policyengine.policies.ai.semanticcache.entry;

import io.policyengine.core.store.LocalEntries;
import io.policyengine.core.store.StoreException;
import io.policyengine.core.store.StoreOperation;
import io.policyengine.core.store.StoreReply;
import io.policyengine.core.store.StoreScript;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The operation that finds an entry by its id. If the entry does not exist, it counts the entries of the partition. */
public record FindEntry(String slot, String id) implements StoreOperation<EntryLookup> {
    private static final StoreScript SCRIPT = new StoreScript("semantic-find", """
            local time = redis.call('TIME')
            local now = time[1] * 1000 + math.floor(time[2] / 1000)
            local ends = tonumber(redis.call('ZSCORE', KEYS[3], ARGV[1]) or '0')
            local answer = ends > now and redis.call('HGET', KEYS[2], ARGV[1])
            if answer then
              return {1, ends - now, answer}
            end
            return {0, redis.call('ZCOUNT', KEYS[3], '(' .. now, '+inf')}
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
        arguments.add(id);
    }

    @Override
    public EntryLookup result(StoreReply reply) {
        long number = reply.at(1).number();
        if (reply.at(0).number() == 0) {
            return new EntryLookup.Absent(number);
        }
        Buffer bytes = reply.at(2).bytes();
        if (bytes == null) {
            throw new StoreException(StoreException.Kind.MALFORMED, "", "an answer is missing");
        }
        return new EntryLookup.Kept(Entry.decode(id, bytes), TimeUnit.MILLISECONDS.toSeconds(number));
    }

    @Override
    public EntryLookup applyTo(LocalEntries entries) {
        Entries known = Entries.in(entries);
        long now = entries.nowMicros();
        Entries.Timed found = known.find(id, now);
        return found == null
                ? new EntryLookup.Absent(known.at(now).size())
                : new EntryLookup.Kept(found.entry(), TimeUnit.MICROSECONDS.toSeconds(found.end() - now));
    }
}
