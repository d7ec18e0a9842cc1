package io.policyengine.core.policy;

import org.jspecify.annotations.Nullable;

/**
 * The end of an exchange.
 *
 * @param exchangeId the exchange's, see {@link Call}
 * @param status the status that the client got, 0 if none is known
 * @param aborted it broke off before its end, as far as is known here: the client, the upstream or the kernel went away
 * @param deniedBy name of the entry that answered the client, or null
 * @param reason why the client was answered in place of the upstream: the reason of that entry's answer, or, without {@code deniedBy}, of the
 *     engine's; null if it was not, or the kernel does not tell
 */
public record ExchangeEnd(
        long exchangeId,
        int status,
        boolean aborted,
        @Nullable String deniedBy,
        @Nullable String reason) {
    /** An end of which no reason is known. */
    public ExchangeEnd(long exchangeId, int status, boolean aborted, @Nullable String deniedBy) {
        this(exchangeId, status, aborted, deniedBy, null);
    }
}
