package io.policyengine.core.store;

import io.vertx.core.buffer.Buffer;
import java.util.List;

/**
 * A step on the values of one slot, written twice: as a Lua script for Redis, and as the same in Java for the memory of the process. Both
 * are atomic, take one round trip at most, and give every value that they write a time to live. A test table runs on both.
 *
 * @param <T> the result
 */
public interface StoreOperation<T> {
    /** The script: one object for all operations of a kind. It gets {@link #names} as KEYS and {@link #arguments} as ARGV. */
    StoreScript script();

    /**
     * The values that belong together, such as those of one client: they are in one place (a hash slot of a Redis Cluster), and only they can
     * be used in one step. At most some hundred characters; whatever a client may choose in it is bounded by a digest.
     */
    String slot();

    /** Names of the values within the slot, in the order of KEYS. */
    List<String> names();

    /** Adds ARGV, in order. */
    void arguments(Arguments arguments);

    /**
     * The result in the script's reply.
     *
     * @throws StoreException if it is none of this script
     */
    T result(StoreReply reply);

    /** Does the same to values in memory. Nobody else does anything to the slot meanwhile; it must not wait. */
    T applyTo(LocalEntries entries);

    /**
     * The slots that it uses in the memory of a process, where a step can have several to itself: values that a server has to hold in one
     * place need not come and go together there. Empty for {@link #slot} alone.
     */
    default List<String> localSlots() {
        return List.of();
    }

    /** Does the same to values in several slots in memory, in the order of {@link #localSlots}. */
    default T applyTo(List<? extends LocalEntries> slots) {
        return applyTo(slots.getFirst());
    }

    /** The arguments of a script. */
    interface Arguments {
        /** One more, in UTF-8. */
        Arguments add(String text);

        /** One more, in decimal digits. */
        Arguments add(long number);

        /** One more. */
        Arguments add(Buffer bytes);
    }
}
