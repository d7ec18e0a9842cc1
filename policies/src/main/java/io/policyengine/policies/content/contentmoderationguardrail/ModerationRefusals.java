package io.policyengine.policies.content.contentmoderationguardrail;

import io.policyengine.core.callout.CalloutException;
import io.policyengine.core.instruction.DenialReason;
import io.policyengine.core.work.TooMuchMemoryException;
import io.policyengine.policies.shared.denial.Denial;
import java.util.Optional;

/**
 * The denials of an entry: for forbidden content, for content that could not be judged, and for too much content.
 * Immutable.
 *
 * @param status of the response to a denied request
 */
record ModerationRefusals(int status) {
    private static final String NOT_CHECKED = "The content could not be checked";

    Denial request() {
        return new Denial(
                status,
                ModerationCode.GUARDRAIL_DENIED,
                "The request holds what is not allowed",
                DenialReason.POLICY_DENIED);
    }

    Denial response() {
        return new Denial(
                502,
                ModerationCode.GUARDRAIL_DENIED,
                "The response holds what is not allowed",
                DenialReason.POLICY_DENIED);
    }

    /**
     * Returns the denial of a request that could not be judged, or of which a part had passed before forbidden content was found. Empty for every other failure, after which the policy fails.
     */
    Optional<Denial> request(Throwable failure) {
        return switch (failure) {
            case CalloutFilter.DeniedException _ -> Optional.of(request());
            case ModerationCalls.TooManyWindowsException _, TooMuchMemoryException _ ->
                Optional.of(new Denial(
                        413,
                        ModerationCode.GUARDRAIL_TOO_LARGE,
                        "The request has more text than may be checked",
                        DenialReason.INVALID_REQUEST));
            case CalloutException callout when isUnavailable(callout) -> Optional.of(unavailable());
            default -> Optional.empty();
        };
    }

    /**
     * Returns the denial of a response that could not be judged, or of which a part had passed before forbidden content was found. Empty for every other failure, after which the policy fails.
     */
    Optional<Denial> response(Throwable failure) {
        return switch (failure) {
            case CalloutFilter.DeniedException _ -> Optional.of(response());
            case ModerationCalls.TooManyWindowsException _, TooMuchMemoryException _ ->
                Optional.of(new Denial(
                        502,
                        ModerationCode.GUARDRAIL_TOO_LARGE,
                        "The response has more text than may be checked",
                        DenialReason.POLICY_DENIED));
            case CalloutException callout when isUnavailable(callout) -> Optional.of(unavailable());
            default -> Optional.empty();
        };
    }

    private static Denial unavailable() {
        return new Denial(503, ModerationCode.GUARDRAIL_UNAVAILABLE, NOT_CHECKED, DenialReason.POLICY_DENIED);
    }

    /**
     * Returns whether the check failed, rather than the engine ending the exchange because of cancellation or overload.
     */
    private static boolean isUnavailable(CalloutException failure) {
        return switch (failure.kind()) {
            case TIMEOUT, DEADLINE_EXCEEDED, UNREACHABLE, BREAKER_OPEN, TOO_LARGE, MALFORMED, REFUSED -> true;
            case OVERLOADED, CANCELLED -> false;
        };
    }
}
