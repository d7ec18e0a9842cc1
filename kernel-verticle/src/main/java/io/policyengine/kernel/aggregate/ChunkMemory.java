package io.policyengine.kernel.aggregate;

import io.policyengine.core.chain.EntryFailure;
import io.policyengine.core.error.ErrorCode;
import io.policyengine.kernel.account.ExchangeAccount;
import io.policyengine.kernel.account.Held;
import io.policyengine.kernel.account.Holder;
import java.util.function.ObjLongConsumer;
import org.jspecify.annotations.Nullable;

/** The bytes that policies of this process keep of a body between two chunks, in the account of its exchange. */
final class ChunkMemory {
    /** The failure of an entry that keeps more than there is room for. */
    static final EntryFailure NO_ROOM = new EntryFailure(
            ErrorCode.OVERLOADED,
            "what policies keep of the body finds no room in limits.max_buffered_bytes, or in its route's share");

    /** Bytes that the place of the exchange covers. */
    private static final int LITTLE = 2 << 10;

    private final ExchangeAccount account;
    private @Nullable Held held;

    /** Creates an empty reservation. */
    ChunkMemory(ExchangeAccount account) {
        this.account = account;
    }

    /**
     * Reserves so many bytes in place of the earlier reservation; false if the budget is exhausted.
     *
     * @param unanswered bytes of the current message that its answer does not replace
     * @param passOn transfers as many bytes of that message
     */
    boolean hold(long bytes, long unanswered, ObjLongConsumer<Held> passOn) {
        long counted = bytes <= LITTLE ? 0 : bytes;
        Held mine = held;
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
