package io.policyengine.policies.authentication.shared.credential;

import io.policyengine.core.instruction.DenialCode;
import io.policyengine.core.instruction.DenialReason;
import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.policies.shared.denial.Denial;
import io.policyengine.policies.shared.denial.DenialFormat;
import org.jspecify.annotations.Nullable;

/**
 * A refusal of a token.
 *
 * @param error error of RFC 6750 §3.1; null if the request has no token
 */
public record TokenRefusal(
        int status,
        DenialCode code,
        String message,
        @Nullable String error) {
    private static final String INVALID = "invalid_token";

    public static final TokenRefusal MISSING =
            new TokenRefusal(401, TokenCode.TOKEN_MISSING, "A token is required", null);
    /** Refusal: the request has more than one token. */
    public static final TokenRefusal SEVERAL =
            new TokenRefusal(401, TokenCode.TOKEN_AMBIGUOUS, "Exactly one token is expected", "invalid_request");

    public static final TokenRefusal MALFORMED = invalid(TokenCode.TOKEN_MALFORMED, "The token is malformed");
    /** Refusal: the token is longer than {@code max_token_bytes}. */
    public static final TokenRefusal TOO_LARGE = invalid(TokenCode.TOKEN_TOO_LARGE, "The token is too large");
    /** Refusal: the token names no client, or the client's name is not a legal header value. */
    public static final TokenRefusal SUBJECT = invalid(TokenCode.TOKEN_SUBJECT, "The token does not identify a client");

    /** Refusal: the client's id from the token begins with the prefix of another issuer. */
    public static final TokenRefusal FOREIGN_SUBJECT =
            foreign(TokenCode.TOKEN_SUBJECT_FOREIGN, "The subject of the token belongs to another issuer");

    public static final TokenRefusal AUDIENCE =
            foreign(TokenCode.TOKEN_AUDIENCE, "The token is not meant for this service");
    /** Refusal: a required claim is absent or has another value. */
    public static final TokenRefusal CLAIM =
            foreign(TokenCode.TOKEN_CLAIM, "A claim of the token does not have the required value");

    public static final TokenRefusal SCOPE = new TokenRefusal(
            403, TokenCode.INSUFFICIENT_SCOPE, "The token does not have the required scope", "insufficient_scope");

    /** Returns the refusal of an invalid token. */
    public static TokenRefusal invalid(DenialCode code, String message) {
        return new TokenRefusal(401, code, message, INVALID);
    }

    /** Returns the refusal of a valid token that is meant for another service. */
    public static TokenRefusal foreign(DenialCode code, String message) {
        return new TokenRefusal(403, code, message, INVALID);
    }

    /** Returns the response to the client, including the challenge. */
    public ImmediateResponse response(DenialFormat format, Challenge challenge) {
        DenialReason reason = status == 403 ? DenialReason.FORBIDDEN : DenialReason.AUTHENTICATION_FAILED;
        String value = error == null ? challenge.withoutError() : challenge.withError(error, message);
        return new Denial(status, code, message, reason).response(format).withHeader(Challenge.FIELD, value);
    }
}
