package io.policyengine.core.policy;

import org.jspecify.annotations.Nullable;

/**
 * The end of an exchange.
 *
 * @param exchangeId the exchange's, see {@link Call}
 * @param status the status that the client got, 0 if none is known
 * @param aborted it broke off before its end, as far as is known here: the client, the upstream or the kernel went away
 * @param deniedBy name of the entry that answered the client, or null
 */
public record ExchangeEnd(
        long exchangeId,
        int status,
        boolean aborted,
        @Nullable String deniedBy) {}
