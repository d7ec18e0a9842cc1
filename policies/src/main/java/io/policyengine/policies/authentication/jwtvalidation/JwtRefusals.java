package io.policyengine.policies.authentication.jwtvalidation;

import io.policyengine.core.instruction.DenialCode;
import io.policyengine.policies.authentication.shared.credential.TokenCode;
import io.policyengine.policies.authentication.shared.credential.TokenRefusal;
import io.policyengine.policies.authentication.shared.jwt.JwsFault;

/** The refusals that are specific to JSON Web Tokens. */
final class JwtRefusals {
    /** Refusal: the key that signed the token is unknown or ambiguous. */
    static final TokenRefusal KEY =
            TokenRefusal.invalid(JwtCode.TOKEN_KEY_UNKNOWN, "The key of the token is not known");

    static final TokenRefusal SIGNATURE =
            TokenRefusal.invalid(JwtCode.TOKEN_SIGNATURE, "The signature of the token is not valid");
    /** Refusal: the time in {@code exp} has passed. */
    static final TokenRefusal EXPIRED = TokenRefusal.invalid(JwtCode.TOKEN_EXPIRED, "The token has expired");
    /** Refusal: {@code exp} is required but missing, or {@code iat} is missing although the token's age is limited. */
    static final TokenRefusal WITHOUT_TIME =
            TokenRefusal.invalid(JwtCode.TOKEN_WITHOUT_TIME, "The token does not state when it expires");
    /** Refusal: the time in {@code nbf} or {@code iat} is in the future. */
    static final TokenRefusal NOT_YET_VALID =
            TokenRefusal.invalid(JwtCode.TOKEN_NOT_YET_VALID, "The token is not valid yet");
    /** Refusal: the time in {@code iat} is too long ago. */
    static final TokenRefusal TOO_OLD = TokenRefusal.invalid(JwtCode.TOKEN_TOO_OLD, "The token is too old");

    static final TokenRefusal ISSUER =
            TokenRefusal.foreign(JwtCode.TOKEN_ISSUER, "The issuer of the token is not accepted here");

    private JwtRefusals() {}

    static TokenRefusal of(JwsFault fault) {
        DenialCode code = switch (fault) {
            case FORM, ENCODING, HEADER, EMBEDDED_KEY, CRITICAL, CLAIMS -> TokenCode.TOKEN_MALFORMED;
            case ENCRYPTED -> JwtCode.TOKEN_ENCRYPTED;
            case TYPE -> JwtCode.TOKEN_TYPE;
            case ALGORITHM -> JwtCode.TOKEN_ALGORITHM;
        };
        return TokenRefusal.invalid(code, fault.text());
    }
}
