package io.policyengine.policies.oauth2introspection;

import io.policyengine.core.instruction.DenialReason;
import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.policies.credential.Challenge;
import io.policyengine.policies.denial.Denial;
import io.policyengine.policies.denial.DenialFormat;
import org.jspecify.annotations.Nullable;

/** The reasons why a request is refused, with status, code and the error of RFC 6750 §3.1. */
enum Refusal {
    /** No token. */
    MISSING(401, "TOKEN_MISSING", "A token is required", null),
    /** More than one. */
    SEVERAL(401, "TOKEN_AMBIGUOUS", "Exactly one token is expected", "invalid_request"),
    /** Something that is no token. */
    MALFORMED(401, "TOKEN_MALFORMED", "The token is malformed", "invalid_token"),
    /** Longer than {@code max_token_bytes}. */
    TOO_LARGE(401, "TOKEN_TOO_LARGE", "The token is too large", "invalid_token"),
    /** Unknown to the server, expired, or taken back. */
    INACTIVE(401, "TOKEN_INACTIVE", "The token is not active", "invalid_token"),
    /** Nobody is named, or by a name that no header could hold. */
    SUBJECT(401, "TOKEN_SUBJECT", "The token does not name anybody", "invalid_token"),
    /** For somebody else. */
    AUDIENCE(403, "TOKEN_AUDIENCE", "The token is not meant for this service", "invalid_token"),
    /** A required claim is absent or has another value. */
    CLAIM(403, "TOKEN_CLAIM", "A claim of the token does not have the required value", "invalid_token"),
    /** A scope is missing. */
    SCOPE(403, "INSUFFICIENT_SCOPE", "The token does not have the required scope", "insufficient_scope");

    private final int status;
    private final String code;
    private final String message;
    private final @Nullable String error;

    Refusal(int status, String code, String message, @Nullable String error) {
        this.status = status;
        this.code = code;
        this.message = message;
        this.error = error;
    }

    /** The answer to the client. */
    ImmediateResponse response(DenialFormat format, Challenge challenge) {
        DenialReason reason = status == 403 ? DenialReason.FORBIDDEN : DenialReason.AUTHENTICATION_FAILED;
        String value = error == null ? challenge.withoutError() : challenge.withError(error, message);
        return new Denial(status, code, message, reason).response(format).withHeader(Challenge.FIELD, value);
    }
}
