package io.policyengine.core.store;

import io.vertx.core.buffer.Buffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A reply of a script, with one of Redis's types: a number, bytes, an array, or nil. */
public sealed interface StoreReply {
    /** A reply that is an integer. */
    record Whole(long value) implements StoreReply {}

    /** A reply of bytes. */
    record Bytes(Buffer value) implements StoreReply {}

    /** An array of replies. */
    record Many(List<StoreReply> values) implements StoreReply {}

    /** A nil reply, to which Redis converts Lua's false. */
    record None() implements StoreReply {}

    /**
     * Returns the number.
     *
     * @throws StoreException if the reply is not a number
     */
    default long number() {
        if (this instanceof Whole(long value)) {
            return value;
        }
        throw unexpected();
    }

    /**
     * Returns the bytes, or null for a nil reply.
     *
     * @throws StoreException if the reply is something else
     */
    default @Nullable Buffer bytes() {
        return switch (this) {
            case Bytes(Buffer value) -> value;
            case None() -> null;
            case Whole _, Many _ -> throw unexpected();
        };
    }

    /**
     * Returns an element of an array.
     *
     * @throws StoreException if there is no such element
     */
    default StoreReply at(int index) {
        if (this instanceof Many(List<StoreReply> values) && index < values.size()) {
            return values.get(index);
        }
        throw unexpected();
    }

    /** The length of an array; 0 for other replies. */
    default int size() {
        return this instanceof Many(List<StoreReply> values) ? values.size() : 0;
    }

    private static StoreException unexpected() {
        return new StoreException(StoreException.Kind.MALFORMED, "", "the reply does not match the script");
    }
}
