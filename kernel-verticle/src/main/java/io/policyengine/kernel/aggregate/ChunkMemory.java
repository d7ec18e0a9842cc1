package io.policyengine.kernel.aggregate;

import io.policyengine.core.chain.EntryFailure;
import io.policyengine.core.error.ErrorCode;
import io.policyengine.kernel.account.ExchangeAccount;
import io.policyengine.kernel.account.Holder;
import io.policyengine.kernel.account.MemoryReservation;
import java.util.function.ObjLongConsumer;
import org.jspecify.annotations.Nullable;

/** The memory, reserved in an exchange's account, for the body bytes that embedded policies keep between two chunks. */
final class ChunkMemory {
    /** The failure of an entry that keeps more body bytes than the free memory allows. */
    static final EntryFailure NO_ROOM = new EntryFailure(
            ErrorCode.OVERLOADED,
            "no memory is free for body bytes that policies keep: limits.max_buffered_bytes, or the route's or client's"
                    + " share of it, is used up");

    /** Maximum number of kept bytes for which no memory is reserved, because the exchange's slot covers them. */
    private static final int LITTLE = 2 << 10;

    private final ExchangeAccount account;
    private @Nullable MemoryReservation held;

    ChunkMemory(ExchangeAccount account) {
        this.account = account;
    }

    /**
     * Sets the reservation to {@code bytes} bytes; returns false if the budget is exhausted.
     *
     * @param unanswered number of bytes of the current message that its answer does not replace
     * @param passOn moves a number of reserved bytes from the current message to the given reservation
     */
    boolean hold(long bytes, long unanswered, ObjLongConsumer<MemoryReservation> passOn) {
        long counted = bytes <= LITTLE ? 0 : bytes;
        MemoryReservation mine = held;
        if (mine == null) {
            if (counted == 0) {
                return true;
            }
            mine = account.empty(Holder.BODIES);
            held = mine;
        }
        if (counted < mine.bytes()) {
            mine.give(mine.bytes() - counted);
            return true;
        }
        passOn.accept(mine, Math.min(unanswered, counted - mine.bytes()));
        return mine.add(counted - mine.bytes());
    }
}
