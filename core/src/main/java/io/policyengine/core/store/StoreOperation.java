package io.policyengine.core.store;

import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Optional;

/**
 * An atomic operation on the values of one slot. It is implemented twice: as a Lua script for Redis, and in Java for
 * the memory of the process. An operation takes at most one round trip and gives every written value a time to live.
 * The same tests run against both implementations.
 *
 * @param <T> the result
 */
public interface StoreOperation<T> {
    /**
     * The Lua script, which is the same for all operations of a kind. It receives {@link #names} as KEYS and
     * {@link #arguments} as ARGV.
     */
    StoreScript script();

    /**
     * The name of the slot, which contains values that belong together, such as those of one client. The values share a
     * hash slot of a Redis Cluster, and an operation can use only values of one slot. The name has at most a few
     * hundred characters, with a digest in place of any part that a client chooses.
     */
    String slot();

    /** The names of the values within the slot, in the order of KEYS. */
    List<String> names();

    /** Adds the script's arguments (ARGV), in order. */
    void arguments(Arguments arguments);

    /**
     * Converts the script's reply.
     *
     * @throws StoreException if the reply does not match the script
     */
    T result(StoreReply reply);

    /** Performs the operation on values in memory, with exclusive access to the slot. Must not block. */
    T applyTo(LocalEntries entries);

    /**
     * The slots that the operation uses in memory; empty to use only {@link #slot}. A server must keep the values in
     * one slot, but in memory each of these slots can be evicted separately.
     */
    default List<String> localSlots() {
        return List.of();
    }

    /**
     * The client to whose share of the memory the slot's values count; empty for values that may be evicted. With a
     * client, values stay in memory until they expire, and new values are refused if there is no room. A slot counts
     * towards the share of the client whose operation created it. Either all operations of a policy name a client or no
     * operation does. An operation that names a client uses one slot.
     */
    default Optional<String> localClient() {
        return Optional.empty();
    }

    /** Performs the operation on several slots in memory, in the order of {@link #localSlots}. */
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
