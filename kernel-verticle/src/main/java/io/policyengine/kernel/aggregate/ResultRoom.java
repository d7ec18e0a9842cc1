package io.policyengine.kernel.aggregate;

import io.policyengine.core.chain.EntryFailure;
import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.core.instruction.SetBody;
import io.policyengine.kernel.account.ExchangeAccount;
import io.policyengine.kernel.account.Held;
import io.policyengine.kernel.account.Holder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The bytes by which what workers give back for a message, or a chunk, is more than what it takes the place of. That itself is counted
 * already, and small results are covered by the exchange's place.
 */
final class ResultRoom {
    /** The failure of an entry for whose result there is no room. */
    static final EntryFailure NONE = new EntryFailure(
            ErrorCode.OVERLOADED,
            "what the policy gives back finds no room in limits.max_buffered_bytes, or in its route's share");

    /** Bytes of a result that is not counted. */
    private static final int SMALL = 8 << 10;

    private final ExchangeAccount account;
    private final long replaced;
    private @Nullable Held held;

    /**
     * Room of which nothing is used.
     *
     * @param replaced bytes of what results take the place of
     */
    ResultRoom(ExchangeAccount account, long replaced) {
        this.account = account;
        this.replaced = replaced;
    }

    /** The bytes of the longest body that is set, or answered. */
    static long bytesOf(List<?> instructions, @Nullable ImmediateResponse response) {
        long bytes = response == null ? 0 : response.body().length();
        for (int i = 0; i < instructions.size(); i++) {
            if (instructions.get(i) instanceof SetBody set) {
                bytes = Math.max(bytes, set.body().length());
            }
        }
        return bytes;
    }

    /** True if a result of so many bytes has room; it takes the place of the one before. */
    boolean take(long bytes) {
        long more = bytes - replaced - (held == null ? 0 : held.bytes());
        if (bytes <= SMALL || more <= 0) {
            return true;
        }
        if (held != null) {
            return held.add(more);
        }
        held = account.hold(Holder.RESULTS, more);
        return held != null;
    }

    /** Hands what is held to the caller, who releases it; null if nothing is. */
    @Nullable
    Held hand() {
        Held handed = held;
        held = null;
        return handed;
    }
}
