package io.policyengine.core.store;

import io.vertx.core.buffer.Buffer;
import java.util.List;

/**
 * An atomic step on the values of one slot, written twice: as a Lua script for Redis, and in Java for the memory of the
 * process. Both take at most one round trip, and give every written value a time to live. A test table runs on both.
 *
 * @param <T> the result
 */
public interface StoreOperation<T> {
    /** The script, the same for all operations of a kind. Gets {@link #names} as KEYS, {@link #arguments} as ARGV. */
    StoreScript script();

    /**
     * The slot of values that belong together, such as one client's: they share a hash slot of a Redis Cluster, and
     * only they can be used in one step. At most some hundred characters; client-chosen parts are replaced by a digest.
     */
    String slot();

    /** Names of the values within the slot, in the order of KEYS. */
    List<String> names();

    /** Adds ARGV, in order. */
    void arguments(Arguments arguments);

    /**
     * Converts the script's reply.
     *
     * @throws StoreException if the reply does not match the script
     */
    T result(StoreReply reply);

    /** Performs the step on values in memory, with exclusive access to the slot; it must not wait. */
    T applyTo(LocalEntries entries);

    /**
     * The step's slots in memory, where it may use several: values that a server must keep together can be evicted
     * separately there. Empty for {@link #slot} alone.
     */
    default List<String> localSlots() {
        return List.of();
    }

    /** Performs the step on several slots in memory, in the order of {@link #localSlots}. */
    default T applyTo(List<? extends LocalEntries> slots) {
        return applyTo(slots.getFirst());
    }

    /** The arguments of a script. */
    interface Arguments {
        /** Adds a text in UTF-8. */
        Arguments add(String text);

        /** Adds a number in decimal digits. */
        Arguments add(long number);

        /** Adds bytes. */
        Arguments add(Buffer bytes);
    }
}
