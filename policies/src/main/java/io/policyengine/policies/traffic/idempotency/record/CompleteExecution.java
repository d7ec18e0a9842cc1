package io.policyengine.policies.traffic.idempotency.record;

import io.policyengine.core.store.LocalEntries;
import io.policyengine.core.store.StoreOperation;
import io.policyengine.core.store.StoreReply;
import io.policyengine.core.store.StoreScript;
import io.policyengine.policies.traffic.shared.storedresponse.KeptAnswer;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The operation that stores the response of an execution; its result is true if the response was stored. If another
 * execution has taken or answered the key, nothing changes. If the key has expired, the response is stored, since no
 * other request is running. If the store has no room for the response, the key is kept without it. A Redis server that
 * is out of memory still executes HDEL, so a missing token also means that the execution has ended.
 *
 * @param answer null if the execution has ended without a response to store
 * @param passed digest of the entries that the response has passed
 */
public record CompleteExecution(
        Execution execution, @Nullable KeptAnswer answer, Duration timeToLive, String passed)
        implements StoreOperation<Boolean> {
    private static final StoreScript SCRIPT = new StoreScript("idempotency-complete", """
            local kept = redis.call('HMGET', KEYS[1], 'f', 't')
            if kept[1] and kept[2] ~= ARGV[2] then
              return 0
            end
            local set = redis.pcall('HSET', KEYS[1], 'f', ARGV[1], 't', '', 'r', ARGV[3], 'p', ARGV[5])
            if type(set) == 'table' and set.err then
              if not kept[1] then
                return set
              end
              redis.call('HDEL', KEYS[1], 't')
              redis.call('PEXPIRE', KEYS[1], ARGV[4])
              return 0
            end
            redis.call('PEXPIRE', KEYS[1], ARGV[4])
            return 1
            """);

    @Override
    public StoreScript script() {
        return SCRIPT;
    }

    @Override
    public String slot() {
        return execution.slot();
    }

    @Override
    public List<String> names() {
        return List.of(KeyState.NAME);
    }

    @Override
    public void arguments(Arguments arguments) {
        arguments
                .add(execution.fingerprint())
                .add(execution.token())
                .add(answer == null ? Buffer.buffer() : answer.encode())
                .add(timeToLive.toMillis())
                .add(passed);
    }

    @Override
    public Boolean result(StoreReply reply) {
        return reply.number() == 1;
    }

    @Override
    public Optional<String> localClient() {
        return Optional.of(KeyState.NO_CLIENT);
    }

    @Override
    public Boolean applyTo(LocalEntries entries) {
        KeyState state = KeyState.in(entries);
        if (state != null && !state.token().equals(execution.token())) {
            return false;
        }
        KeyState answered = new KeyState(execution.fingerprint(), "", passed);
        entries.put(KeyState.NAME, answered, answered.bytes(), timeToLive);
        if (answer != null) {
            entries.putDroppable(KeyState.ANSWER, answer, answer.bytes(), timeToLive);
        }
        return true;
    }
}
