package io.policyengine.policies.traffic.idempotency.record;

import io.policyengine.core.store.LocalEntries;
import io.policyengine.core.store.StoreException;
import io.policyengine.core.store.StoreOperation;
import io.policyengine.core.store.StoreReply;
import io.policyengine.core.store.StoreScript;
import io.policyengine.policies.traffic.shared.storedresponse.KeptAnswer;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The operation that takes a free key for an execution. If the store's clock was set back, no key is held for longer
 * than a newly taken key.
 *
 * @param client the client to whose share of a local store's memory the key is charged
 * @param lock time after which the key is free again if the execution does not end
 * @param passed digest of the entries that a response must have passed to be replayed
 */
public record BeginExecution(Execution execution, String client, Duration lock, String passed)
        implements StoreOperation<KeyLookup> {
    private static final int FRESH = 0;
    private static final int UNDER_WAY = 1;
    private static final int OTHER_REQUEST = 2;
    private static final int ANSWERED = 3;
    private static final int NOT_KEPT = 4;

    private static final StoreScript SCRIPT = new StoreScript("idempotency-begin", """
            local kept = redis.call('HMGET', KEYS[1], 'f', 't', 'r', 'l', 'p')
            if not kept[1] then
              redis.call('HSET', KEYS[1], 'f', ARGV[1], 't', ARGV[2], 'r', '', 'l', ARGV[3])
              redis.call('PEXPIRE', KEYS[1], ARGV[3])
              return {0}
            end
            local lock = tonumber(kept[4])
            local running = kept[2] and kept[2] ~= ''
            if running and lock and redis.call('PTTL', KEYS[1]) > lock then
              redis.call('PEXPIRE', KEYS[1], lock)
            end
            if kept[1] ~= ARGV[1] then
              return {2}
            end
            if running then
              return {1}
            end
            if kept[3] == '' or kept[5] ~= ARGV[4] then
              return {4}
            end
            return {3, kept[3]}
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
                .add(lock.toMillis())
                .add(passed);
    }

    @Override
    public KeyLookup result(StoreReply reply) {
        return switch ((int) reply.at(0).number()) {
            case FRESH -> new KeyLookup.Fresh();
            case UNDER_WAY -> new KeyLookup.InProgress();
            case OTHER_REQUEST -> new KeyLookup.OtherRequest();
            case ANSWERED ->
                new KeyLookup.Answered(
                        KeptAnswer.decode(Objects.requireNonNullElse(reply.at(1).bytes(), Buffer.buffer())));
            case NOT_KEPT -> new KeyLookup.NotKept();
            default -> throw new StoreException(StoreException.Kind.MALFORMED, "", "an unknown state of a key");
        };
    }

    @Override
    public Optional<String> localClient() {
        return Optional.of(client);
    }

    @Override
    public KeyLookup applyTo(LocalEntries entries) {
        KeyState state = KeyState.in(entries);
        if (state == null) {
            KeyState mine = new KeyState(execution.fingerprint(), execution.token(), "");
            entries.put(KeyState.NAME, mine, mine.bytes(), lock);
            return new KeyLookup.Fresh();
        }
        if (!state.fingerprint().equals(execution.fingerprint())) {
            return new KeyLookup.OtherRequest();
        }
        if (state.isUnderWay()) {
            return new KeyLookup.InProgress();
        }
        return entries.get(KeyState.ANSWER) instanceof KeptAnswer answer
                        && state.passed().equals(passed)
                ? new KeyLookup.Answered(answer)
                : new KeyLookup.NotKept();
    }
}
