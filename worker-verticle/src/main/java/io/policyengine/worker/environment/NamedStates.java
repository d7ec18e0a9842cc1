package io.policyengine.worker.environment;

import io.policyengine.core.log.LogFields;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The states that policies keep beyond one configuration: each lives as long as an entry of some generation uses it. Thread-safe. */
final class NamedStates {
    private static final Logger LOG = LoggerFactory.getLogger(NamedStates.class);

    private final ConcurrentHashMap<Key, SharedState> states = new ConcurrentHashMap<>();

    /** The entry whose state it is. */
    record Key(String route, String entry, String policy, String name, Object identity) {}

    private record SharedState(Object value, int users) {}

    /** The state; one more entry uses it. */
    Object acquire(Key key, Supplier<?> create) {
        SharedState held = states.compute(
                key,
                (_, known) -> known == null
                        ? new SharedState(create.get(), 1)
                        : new SharedState(known.value(), known.users() + 1));
        return held.value();
    }

    /** One entry less uses the state; the last one closes it. */
    void release(Key key) {
        states.computeIfPresent(key, (_, held) -> {
            if (held.users() > 1) {
                return new SharedState(held.value(), held.users() - 1);
            }
            close(key, held.value());
            return null;
        });
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
