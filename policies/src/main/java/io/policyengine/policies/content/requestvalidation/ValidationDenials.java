package io.policyengine.policies.content.requestvalidation;

import io.policyengine.core.instruction.DenialReason;
import io.policyengine.policies.shared.denial.Denial;

/** The denials of {@code requestValidation}. */
final class ValidationDenials {
    static final Denial UNKNOWN_PATH = request(404, "UNKNOWN_PATH", "There is no such path");
    static final Denial METHOD = request(405, "METHOD_NOT_ALLOWED", "The path has no such method");
    static final Denial URI_TOO_LONG = request(414, "URI_TOO_LONG", "Path and query are too long");
    static final Denial TOO_MANY_PARAMETERS = request(400, "TOO_MANY_PARAMETERS", "The query has too many parameters");
    static final Denial PARAMETERS =
            request(400, "INVALID_PARAMETERS", "Parameters of the request are not as they should be");
    static final Denial BODY = request(400, "INVALID_BODY", "The body of the request is not as it should be");
    static final Denial MALFORMED_BODY =
            request(400, "MALFORMED_BODY", "The body of the request is not of the form that its type says");
    static final Denial NO_BODY = request(400, "BODY_MISSING", "The request has no body");
    static final Denial SOME_BODY = request(400, "BODY_UNEXPECTED", "The request must have no body");
    static final Denial OTHER_TYPE =
            request(415, "UNSUPPORTED_MEDIA_TYPE", "The body of the request has another type than it may have");
    static final Denial TOO_COMPLEX = request(413, "BODY_TOO_COMPLEX", "The body of the request has too many values");
    static final Denial RESPONSE =
            new Denial(502, "INVALID_RESPONSE", "The response is not as it should be", DenialReason.POLICY_DENIED);

    private ValidationDenials() {}

    private static Denial request(int status, String code, String message) {
        return new Denial(status, code, message, DenialReason.INVALID_REQUEST);
    }
}
