package io.policyengine.core.store.local;

import io.policyengine.core.policy.Store;
import io.policyengine.core.store.StoreException;
import java.util.List;
import java.util.function.LongSupplier;

/** Limits the attempts of an operation whose slots are evicted again and again before it can use them. */
final class Attempts {
    /**
     * Maximum number of attempts if the store has room for the slots. A cache full of frequently used slots evicts all
     * but one in 128 new slots at once.
     */
    private static final int MAX = 2_000;

    /** Maximum number of attempts if the slots alone exceed the store's memory. */
    private static final int MAX_WITHOUT_ROOM = 100;

    private Attempts() {}

    /**
     * Returns whether an operation may be tried again.
     *
     * @param tries the number of its attempts
     * @param keys the keys of its slots
     * @param room the bytes that all slots of the store may take
     */
    static boolean mayTry(int tries, List<String> keys, LongSupplier room) {
        return tries < MAX_WITHOUT_ROOM || (tries < MAX && bytes(keys) <= room.getAsLong());
    }

    private static int bytes(List<String> keys) {
        return keys.stream()
                .distinct()
                .mapToInt(key -> LocalStore.A_SLOT + key.length())
                .sum();
    }

    /** Returns the failure for slots that alone exceed the store's memory, so that every attempt evicts them. */
    static StoreException noRoom() {
        return new StoreException(
                StoreException.Kind.OVERLOADED,
                Store.LOCAL,
                "its part of the memory has no room for a single key: use the store in fewer entries, or raise the"
                        + " heap");
    }
}
