package io.policyengine.policies.content.requestvalidation;

import io.policyengine.core.instruction.DenialCode;
import io.policyengine.core.instruction.DenialReason;
import io.policyengine.policies.shared.denial.Denial;

/** The denials of {@code requestValidation}. */
final class ValidationDenials {
    static final Denial UNKNOWN_PATH = request(404, ValidationCode.UNKNOWN_PATH, "There is no such path");
    static final Denial METHOD = request(405, ValidationCode.METHOD_NOT_ALLOWED, "The path has no such method");
    static final Denial URI_TOO_LONG = request(414, ValidationCode.URI_TOO_LONG, "Path and query are too long");
    static final Denial TOO_MANY_PARAMETERS =
            request(400, ValidationCode.TOO_MANY_PARAMETERS, "The query has too many parameters");
    static final Denial PARAMETERS =
            request(400, ValidationCode.INVALID_PARAMETERS, "Parameters of the request are missing or invalid");
    static final Denial BODY =
            request(400, ValidationCode.INVALID_BODY, "The body of the request does not conform to its schema");
    static final Denial MALFORMED_BODY =
            request(400, ValidationCode.MALFORMED_BODY, "The body of the request does not conform to its content type");
    static final Denial NO_BODY = request(400, ValidationCode.BODY_MISSING, "The request has no body");
    static final Denial SOME_BODY = request(400, ValidationCode.BODY_UNEXPECTED, "The request must have no body");
    static final Denial OTHER_TYPE = request(
            415, ValidationCode.UNSUPPORTED_MEDIA_TYPE, "The content type of the request's body is not permitted");
    static final Denial TOO_COMPLEX =
            request(413, ValidationCode.BODY_TOO_COMPLEX, "The body of the request has too many values");
    static final Denial RESPONSE = new Denial(
            502,
            ValidationCode.INVALID_RESPONSE,
            "The response does not conform to the document",
            DenialReason.POLICY_DENIED);

    private ValidationDenials() {}

    private static Denial request(int status, DenialCode code, String message) {
        return new Denial(status, code, message, DenialReason.INVALID_REQUEST);
    }
}
