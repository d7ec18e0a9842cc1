package io.policyengine.policies.authentication.hmacsignature;

import io.policyengine.core.instruction.DenialReason;
import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.policies.shared.denial.Denial;
import io.policyengine.policies.shared.denial.DenialFormat;
import io.vertx.core.Future;

/** The denials of {@code hmacSignature}, created once for each policy instance. */
record SignatureDenials(
        Future<RequestOutcome> missing,
        Future<RequestOutcome> malformed,
        Future<RequestOutcome> incomplete,
        Future<RequestOutcome> outOfTime,
        Future<RequestOutcome> invalid,
        Future<RequestOutcome> replayed,
        Future<RequestOutcome> surplus,
        Future<RequestOutcome> otherBody,
        Future<RequestOutcome> encoded) {
    private static final Denial MISSING = new Denial(
            401, SignatureCode.SIGNATURE_MISSING, "A signature is required", DenialReason.AUTHENTICATION_FAILED);
    private static final Denial MALFORMED = new Denial(
            401, SignatureCode.SIGNATURE_MALFORMED, "The signature is malformed", DenialReason.AUTHENTICATION_FAILED);
    private static final Denial INCOMPLETE = new Denial(
            401,
            SignatureCode.SIGNATURE_INCOMPLETE,
            "The signature does not cover all required components, or has no time or nonce",
            DenialReason.AUTHENTICATION_FAILED);
    private static final Denial OUT_OF_TIME = new Denial(
            401,
            SignatureCode.SIGNATURE_EXPIRED,
            "The signature has expired, or is not valid yet",
            DenialReason.AUTHENTICATION_FAILED);
    private static final Denial INVALID =
            new Denial(401, SignatureCode.SIGNATURE_INVALID, "The signature is not valid", DenialReason.UNAUTHORIZED);
    private static final Denial REPLAYED = new Denial(
            401, SignatureCode.SIGNATURE_REPLAYED, "The signature was used before", DenialReason.UNAUTHORIZED);
    private static final Denial SURPLUS = new Denial(
            401,
            SignatureCode.SIGNATURE_SURPLUS,
            "The request has more signatures by known keys than are verified",
            DenialReason.AUTHENTICATION_FAILED);
    private static final Denial OTHER_BODY = new Denial(
            401,
            SignatureCode.CONTENT_DIGEST_MISMATCH,
            "The body does not have the digest that was signed",
            DenialReason.UNAUTHORIZED);
    private static final Denial ENCODED = new Denial(
            415,
            SignatureCode.CONTENT_ENCODED,
            "A body whose digest is signed must have no content coding",
            DenialReason.INVALID_REQUEST);

    /**
     * Creates the denials in this format.
     *
     * @param scheme authentication scheme for the challenge of each 401 (RFC 9110 §15.5.2)
     */
    static SignatureDenials of(DenialFormat format, String scheme) {
        return new SignatureDenials(
                challenge(MISSING, format, scheme),
                challenge(MALFORMED, format, scheme),
                challenge(INCOMPLETE, format, scheme),
                challenge(OUT_OF_TIME, format, scheme),
                challenge(INVALID, format, scheme),
                challenge(REPLAYED, format, scheme),
                challenge(SURPLUS, format, scheme),
                challenge(OTHER_BODY, format, scheme),
                RequestOutcome.respond(ENCODED.response(format).withHeader("accept-encoding", "identity")));
    }

    private static Future<RequestOutcome> challenge(Denial denial, DenialFormat format, String scheme) {
        ImmediateResponse response = denial.response(format).withHeader("www-authenticate", scheme);
        return RequestOutcome.respond(response);
    }

    Future<RequestOutcome> to(SignatureRules.Fault fault) {
        return switch (fault) {
            case INCOMPLETE -> incomplete;
            case EXPIRED, NOT_YET_VALID -> outOfTime;
        };
    }
}
