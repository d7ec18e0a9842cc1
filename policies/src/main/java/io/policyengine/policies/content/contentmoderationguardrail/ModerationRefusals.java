package io.policyengine.policies.content.contentmoderationguardrail;

import io.policyengine.core.callout.CalloutException;
import io.policyengine.core.instruction.DenialReason;
import io.policyengine.core.work.TooMuchMemoryException;
import io.policyengine.policies.shared.denial.Denial;
import java.util.Optional;

/**
 * The denials of an entry, for forbidden content, content that could not be judged, and too much content. Immutable.
 *
 * @param status of the response to a denied request
 */
record ModerationRefusals(int status) {
    private static final Denial TOO_LARGE_REQUEST = new Denial(
            413,
            ModerationCode.GUARDRAIL_TOO_LARGE,
            "The request has more text than may be checked",
            DenialReason.INVALID_REQUEST);
    private static final Denial TOO_LARGE_RESPONSE = new Denial(
            502,
            ModerationCode.GUARDRAIL_TOO_LARGE,
            "The response has more text than may be checked",
            DenialReason.POLICY_DENIED);
    private static final Denial UNAVAILABLE = new Denial(
            503, ModerationCode.GUARDRAIL_UNAVAILABLE, "The content could not be checked", DenialReason.POLICY_DENIED);

    Denial request() {
        return new Denial(
                status,
                ModerationCode.GUARDRAIL_DENIED,
                "The request contains forbidden content",
                DenialReason.POLICY_DENIED);
    }

    Denial response() {
        return new Denial(
                502,
                ModerationCode.GUARDRAIL_DENIED,
                "The response contains forbidden content",
                DenialReason.POLICY_DENIED);
    }

    /**
     * Returns the denial of a request that could not be judged, or whose forbidden content was found after a part had
     * passed. Empty for other failures, which make the policy fail.
     */
    Optional<Denial> request(Throwable failure) {
        return of(failure, request(), TOO_LARGE_REQUEST);
    }

    /**
     * Returns the denial of a response that could not be judged, or whose forbidden content was found after a part had
     * passed. Empty for other failures, which make the policy fail.
     */
    Optional<Denial> response(Throwable failure) {
        return of(failure, response(), TOO_LARGE_RESPONSE);
    }

    private static Optional<Denial> of(Throwable failure, Denial forbidden, Denial tooLarge) {
        return switch (failure) {
            case CalloutFilter.DeniedException _ -> Optional.of(forbidden);
            case ModerationCalls.TooManyWindowsException _, TooMuchMemoryException _ -> Optional.of(tooLarge);
            case CalloutException callout when isUnavailable(callout) -> Optional.of(UNAVAILABLE);
            default -> Optional.empty();
        };
    }

    /**
     * Returns whether a check's server gave no usable verdict. False if the call was cancelled, or if the engine or the
     * server was overloaded.
     */
    private static boolean isUnavailable(CalloutException failure) {
        return switch (failure.kind()) {
            case TIMEOUT, DEADLINE_EXCEEDED, UNREACHABLE, BREAKER_OPEN, TOO_LARGE, MALFORMED, REFUSED -> true;
            case OVERLOADED, CANCELLED -> false;
        };
    }
}
