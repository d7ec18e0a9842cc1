package io.policyengine.worker.environment;

import io.policyengine.core.capacity.Capacity;
import io.policyengine.core.log.LogFields;
import io.policyengine.core.policy.InvalidParamsException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The states of policies that outlive a configuration. A state exists while an entry uses it. Thread-safe. */
final class NamedStates {
    private static final Logger LOG = LoggerFactory.getLogger(NamedStates.class);

    private final Capacity capacity;
    private final ConcurrentHashMap<Key, SharedState> states = new ConcurrentHashMap<>();

    /** Creates an empty set. All states that declare their size share a capacity in bytes. */
    NamedStates(long capacity) {
        this.capacity = new Capacity(capacity);
    }

    /** The identity of a state. Route and entry are empty if all entries of the policy share the state. */
    record Key(String route, String entry, String policy, String name, Object identity) {
        static Key ofAll(String policy, String name, Object identity) {
            return new Key("", "", policy, name, identity);
        }
    }

    private record SharedState(Object value, long bytes, int users) {}

    /**
     * Returns the state and adds a use.
     *
     * @param bytes maximum size of the state
     * @param create creates the state if it does not exist
     * @throws InvalidParamsException if a new state does not fit the shared capacity
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
                    "it may hold " + kib(bytes) + " in memory, but policies together may hold only "
                            + kib(capacity.limit()) + ", a tenth of the heap. Others already hold "
                            + kib(capacity.taken()) + " of that, including a configuration that is being replaced."
                            + " Lower its maximum or those of others, or raise the heap (POLICY_ENGINE_HEAP)");
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

    /** Ends a use of a state. The state is closed when its last use ends. */
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

    /** Returns the sum of the maximum sizes of all states, in bytes. */
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
                        .log("a policy's state could not be closed: its resources may not be released");
            }
        }
    }
}
