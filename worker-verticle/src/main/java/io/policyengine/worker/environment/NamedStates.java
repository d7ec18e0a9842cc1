package io.policyengine.worker.environment;

import io.policyengine.core.log.LogFields;
import io.policyengine.core.policy.ResizableState;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The states of policies that outlive a change of the configuration. A state exists while an entry uses it. States that
 * may grow share a part of the heap. Thread-safe.
 */
final class NamedStates {
    private static final Logger LOG = LoggerFactory.getLogger(NamedStates.class);

    private final MemoryShares memory;
    private final ConcurrentHashMap<Key, SharedState> states = new ConcurrentHashMap<>();

    /** Creates an empty set of states. All states that may grow share the capacity, in bytes. */
    NamedStates(long capacity) {
        this.memory = new MemoryShares(capacity);
    }

    /** The identity of a state. Route and entry are empty if all entries of the policy share the state. */
    record Key(String route, String entry, String policy, String name, Object identity) {
        static Key ofAll(String policy, String name, Object identity) {
            return new Key("", "", policy, name, identity);
        }
    }

    /** A state with its users, and whether each of them is current. Used only within a computation of the map. */
    private static final class SharedState {
        private final Object value;
        private final MemoryShares.@Nullable Member member;
        private final Map<Object, Boolean> users = new HashMap<>();

        SharedState(Object value, MemoryShares.@Nullable Member member) {
            this.value = value;
            this.member = member;
        }

        boolean isCurrent() {
            return users.containsValue(true);
        }
    }

    /**
     * Returns the state and adds a user.
     *
     * @param create creates the state if it does not exist
     */
    Object acquire(Key key, Object user, Supplier<?> create) {
        return acquired(key, user, 0, () -> new SharedState(create.get(), null));
    }

    /**
     * Returns a state that may grow, and adds a user.
     *
     * @param bytes maximum size of the state; of several users, the largest applies
     * @param create creates the state if it does not exist
     */
    Object acquire(Key key, Object user, long bytes, Supplier<? extends ResizableState> create) {
        return acquired(key, user, bytes, () -> {
            ResizableState state = create.get();
            return new SharedState(state, memory.add(state, bytes));
        });
    }

    private Object acquired(Key key, Object user, long bytes, Supplier<SharedState> create) {
        SharedState held = states.compute(key, (_, known) -> {
            SharedState state = known == null ? create.get() : known;
            state.users.put(user, true);
            if (state.member != null) {
                memory.want(state.member, bytes);
            }
            settle(state);
            return state;
        });
        return held.value;
    }

    /** Sets whether a user is current. A user is current until its entry is replaced. */
    void setCurrent(Key key, Object user, boolean current) {
        states.computeIfPresent(key, (_, held) -> {
            held.users.computeIfPresent(user, (_, _) -> current);
            settle(held);
            return held;
        });
    }

    private void settle(SharedState state) {
        if (state.member != null) {
            memory.setCurrent(state.member, state.isCurrent());
        }
    }

    /** Removes a user of a state. The state is closed when its last user is removed. */
    void release(Key key, Object user) {
        states.computeIfPresent(key, (_, held) -> {
            held.users.remove(user);
            if (!held.users.isEmpty()) {
                settle(held);
                return held;
            }
            close(key, held.value);
            if (held.member != null) {
                memory.remove(held.member);
            }
            return null;
        });
    }

    /** Returns the bytes that all states together may use. */
    long granted() {
        return memory.granted();
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
                        .log("a policy's state could not be closed; it may still hold resources");
            }
        }
    }
}
