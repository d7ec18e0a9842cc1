package io.policyengine.policies.traffic.idempotency.record;

import io.policyengine.core.store.LocalEntries;
import io.policyengine.core.store.StoreOperation;
import io.policyengine.core.store.StoreReply;
import io.policyengine.core.store.StoreScript;
import java.util.List;
import java.util.Optional;

/**
 * The operation that releases the key of an execution without storing a response; its result is false if the execution
 * did not hold the key.
 */
public record ReleaseExecution(Execution execution) implements StoreOperation<Boolean> {
    private static final StoreScript SCRIPT = new StoreScript("idempotency-release", """
            if redis.call('HGET', KEYS[1], 't') ~= ARGV[1] then
              return 0
            end
            return redis.call('DEL', KEYS[1])
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
        arguments.add(execution.token());
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
        if (state == null || !state.token().equals(execution.token())) {
            return false;
        }
        entries.remove(KeyState.NAME);
        return true;
    }
}
