package io.policyengine.core.policy;

import io.policyengine.core.instruction.DenialCodes;
import org.jspecify.annotations.Nullable;

/**
 * The end of an exchange.
 *
 * @param exchangeId the exchange's id, see {@link Call}
 * @param status the HTTP status that the client received, or 0 if unknown
 * @param aborted whether the exchange ended early because client, upstream or kernel disconnected, as far as the worker
 *     knows
 * @param deniedBy name of the entry that answered the client, or null
 * @param reason the reason of a response that did not come from the upstream: given by the entry {@code deniedBy} or,
 *     if that is null, by the engine; null if the upstream responded or the kernel does not report a reason
 * @param code the exact code of a denial, of the engine's error, or of the refusal with which a policy replaced the
 *     upstream's response; null if there is none or the kernel does not report it
 * @param rule the name of the rule that denied, such as a limit, see {@link
 *     io.policyengine.core.instruction.ImmediateResponse}; null if there is none or the kernel does not report it
 */
public record ExchangeEnd(
        long exchangeId,
        int status,
        boolean aborted,
        @Nullable String deniedBy,
        @Nullable String reason,
        @Nullable String code,
        @Nullable String rule) {
    public ExchangeEnd {
        code = DenialCodes.legalOrNull(code);
        rule = DenialCodes.legalRuleOrNull(rule);
    }

    /** Creates an end without a known reason and code. */
    public ExchangeEnd(long exchangeId, int status, boolean aborted, @Nullable String deniedBy) {
        this(exchangeId, status, aborted, deniedBy, null, null, null);
    }
}
