package io.policyengine.policies.traffic.idempotency.record;

import io.policyengine.core.store.LocalEntries;
import io.policyengine.core.store.StoreOperation;
import io.policyengine.core.store.StoreReply;
import io.policyengine.core.store.StoreScript;
import io.policyengine.policies.traffic.shared.storedresponse.KeptAnswer;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Stores the response of an execution; the result is true if it was stored. If another execution has taken or answered
 * the key, nothing changes. If the key has expired, the response is stored, since no other request is running.
 *
 * @param answer null if the execution has ended without a response to store
 */
public record CompleteExecution(
        Execution execution, @Nullable KeptAnswer answer, Duration timeToLive) implements StoreOperation<Boolean> {
    private static final StoreScript SCRIPT = new StoreScript("idempotency-complete", """
            local token = redis.call('HGET', KEYS[1], 't')
            if token and token ~= ARGV[2] then
              return 0
            end
            redis.call('HSET', KEYS[1], 'f', ARGV[1], 't', '', 'r', ARGV[3])
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
                .add(timeToLive.toMillis());
    }

    @Override
    public Boolean result(StoreReply reply) {
        return reply.number() == 1;
    }

    @Override
    public Boolean applyTo(LocalEntries entries) {
        KeyState state = KeyState.in(entries);
        if (state != null && !state.token().equals(execution.token())) {
            return false;
        }
        KeyState answered = new KeyState(execution.fingerprint(), "", answer);
        entries.put(KeyState.NAME, answered, answered.bytes(), timeToLive);
        return true;
    }
}
