package io.policyengine.core.policy;

import org.jspecify.annotations.Nullable;

/**
 * The end of an exchange.
 *
 * @param exchangeId the exchange's, see {@link Call}
 * @param status the status that the client got, 0 if unknown
 * @param aborted true if it ended prematurely as far as is known here: client, upstream or kernel disconnected
 * @param deniedBy name of the entry that answered the client, or null
 * @param reason of a response that is not the upstream's: the entry's reason or, without {@code deniedBy}, the
 *     engine's; null if the upstream answered, or the kernel does not report it
 */
public record ExchangeEnd(
        long exchangeId,
        int status,
        boolean aborted,
        @Nullable String deniedBy,
        @Nullable String reason) {
    /** Creates an end without a known reason. */
    public ExchangeEnd(long exchangeId, int status, boolean aborted, @Nullable String deniedBy) {
        this(exchangeId, status, aborted, deniedBy, null);
    }
}
