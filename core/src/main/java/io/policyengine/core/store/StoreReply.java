package io.policyengine.core.store;

import io.vertx.core.buffer.Buffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A script's reply, as Redis knows replies: a number, bytes, several replies, or nothing. */
public sealed interface StoreReply {
    /** An integer. */
    record Whole(long value) implements StoreReply {}

    /** Bytes. */
    record Bytes(Buffer value) implements StoreReply {}

    /** Several. */
    record Many(List<StoreReply> values) implements StoreReply {}

    /** The empty reply: nil, in Lua false. */
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
     * The bytes, null for nothing.
     *
     * @throws StoreException if it is neither
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
     * @throws StoreException if there is none
     */
    default StoreReply at(int index) {
        if (this instanceof Many(List<StoreReply> values) && index < values.size()) {
            return values.get(index);
        }
        throw unexpected();
    }

    /** The number of replies in it; 0 if it is not several. */
    default int size() {
        return this instanceof Many(List<StoreReply> values) ? values.size() : 0;
    }

    private static StoreException unexpected() {
        return new StoreException(StoreException.Kind.MALFORMED, "", "the reply is none of the script's");
    }
}
