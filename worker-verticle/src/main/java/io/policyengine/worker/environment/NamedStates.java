package io.policyengine.worker.environment;

import io.policyengine.core.capacity.Capacity;
import io.policyengine.core.log.LogFields;
import io.policyengine.core.policy.InvalidParamsException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The states that policies keep beyond one configuration: each lives as long as an entry of some generation uses it. Thread-safe. */
final class NamedStates {
    private static final Logger LOG = LoggerFactory.getLogger(NamedStates.class);

    private final Capacity capacity;
    private final ConcurrentHashMap<Key, SharedState> states = new ConcurrentHashMap<>();

    /** Creates an empty set; states that declare their size share a capacity in bytes. */
    NamedStates(long capacity) {
        this.capacity = new Capacity(capacity);
    }

    /** The owner of a state; route and entry are empty for a state of all entries. */
    record Key(String route, String entry, String policy, String name, Object identity) {
        /** Returns the key of a state that all entries share. */
        static Key ofAll(String policy, String name, Object identity) {
            return new Key("", "", policy, name, identity);
        }
    }

    private record SharedState(Object value, long bytes, int users) {}

    /**
     * The state; one more entry uses it.
     *
     * @param bytes the most that it takes when it is full
     * @throws InvalidParamsException if it is a new one for which the others leave no room
     */
    Object acquire(Key key, long bytes, Supplier<?> create) {
        SharedState held = states.compute(
                key,
                (_, known) -> known == null
                        ? new SharedState(claimedFor(bytes, create), bytes, 1)
                        : new SharedState(known.value(), known.bytes(), known.users() + 1));
        return held.value();
    }

    private Object claimedFor(long bytes, Supplier<?> create) {
        if (!capacity.tryTake(bytes)) {
            throw new InvalidParamsException(
                    "",
                    "it may hold " + kib(bytes) + " in memory, and of the " + kib(capacity.limit())
                            + " that all policies may, a tenth of the heap, others have " + kib(capacity.taken())
                            + ", those of a configuration that is being replaced among them. Let it or others hold"
                            + " less, or raise the heap (POLICY_ENGINE_HEAP)");
        }
        boolean created = false;
        try {
            Object value = create.get();
            created = true;
            return value;
        } finally {
            if (!created) {
                capacity.give(bytes);
            }
        }
    }

    private static String kib(long bytes) {
        return Math.ceilDiv(bytes, 1024) + " KiB";
    }

    /** Ends an entry's use of the state; the last one closes it. */
    void release(Key key) {
        states.computeIfPresent(key, (_, held) -> {
            if (held.users() > 1) {
                return new SharedState(held.value(), held.bytes(), held.users() - 1);
            }
            capacity.give(held.bytes());
            close(key, held.value());
            return null;
        });
    }

    /** Bytes that those which are held may take. */
    long claimed() {
        return capacity.taken();
    }

    int size() {
        return states.size();
    }

    private static void close(Key key, Object value) {
        if (value instanceof AutoCloseable closeable) {
            try {
                closeable.close();
            } catch (Exception failed) {
                LOG.atWarn()
                        .addKeyValue(LogFields.POLICY, key.policy())
                        .addKeyValue(LogFields.STATE, key.name())
                        .setCause(failed)
                        .log("state could not be closed");
            }
        }
    }
}
