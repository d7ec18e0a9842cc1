package io.policyengine.policies.traffic.idempotency;

import io.policyengine.core.instruction.DenialCode;
import io.policyengine.core.instruction.DenialReason;
import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.policies.shared.denial.Denial;
import io.policyengine.policies.shared.denial.DenialFormat;
import io.vertx.core.Future;

/** The denials of requests that {@code idempotency} does not let run. */
record IdempotencyDenials(
        Future<RequestOutcome> missing,
        Future<RequestOutcome> malformed,
        Future<RequestOutcome> unclearOwner,
        Future<RequestOutcome> otherRequest,
        Future<RequestOutcome> underWay,
        Future<RequestOutcome> notKept,
        Future<RequestOutcome> unavailable,
        Future<RequestOutcome> full) {
    private static final String RETRY_AFTER = "retry-after";

    static IdempotencyDenials of(IdempotencyParams params) {
        DenialFormat format = params.denialFormat();
        String wait = Integer.toString(params.retryAfterS());
        return new IdempotencyDenials(
                denial(400, IdempotencyCode.IDEMPOTENCY_KEY_MISSING, "The request needs an idempotency key", format),
                denial(
                        400,
                        IdempotencyCode.IDEMPOTENCY_KEY_INVALID,
                        "The idempotency key is not one field with 1 to " + IdempotencyKeyField.MAX_LENGTH
                                + " visible characters",
                        format),
                denial(
                        400,
                        IdempotencyCode.IDEMPOTENCY_OWNER_INVALID,
                        "The value that names the owner of the idempotency key is not UTF-8",
                        format),
                denial(
                        422,
                        IdempotencyCode.IDEMPOTENCY_KEY_REUSED,
                        "Another request has used the idempotency key",
                        format),
                RequestOutcome.respond(answer(
                                409,
                                IdempotencyCode.IDEMPOTENCY_KEY_IN_USE,
                                "A request with the idempotency key is under way",
                                format)
                        .withHeader(RETRY_AFTER, wait)),
                denial(
                        409,
                        IdempotencyCode.IDEMPOTENCY_ANSWER_NOT_KEPT,
                        "The request has been run, and its answer could not be kept",
                        format),
                notNow(
                        IdempotencyCode.IDEMPOTENCY_UNAVAILABLE,
                        "Idempotency keys cannot be checked for now",
                        format,
                        wait),
                notNow(
                        IdempotencyCode.IDEMPOTENCY_OVERLOADED,
                        "There is no room for another idempotency key for now",
                        format,
                        wait));
    }

    private static Future<RequestOutcome> notNow(DenialCode code, String message, DenialFormat format, String wait) {
        return RequestOutcome.respond(new Denial(503, code, message, DenialReason.POLICY_ERROR)
                .response(format)
                .withHeader(RETRY_AFTER, wait));
    }

    private static Future<RequestOutcome> denial(int status, DenialCode code, String message, DenialFormat format) {
        return RequestOutcome.respond(answer(status, code, message, format));
    }

    private static ImmediateResponse answer(int status, DenialCode code, String message, DenialFormat format) {
        return new Denial(status, code, message, DenialReason.INVALID_REQUEST).response(format);
    }
}
