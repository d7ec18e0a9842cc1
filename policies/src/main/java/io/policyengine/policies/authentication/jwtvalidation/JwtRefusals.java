package io.policyengine.policies.authentication.jwtvalidation;

import io.policyengine.policies.authentication.shared.credential.TokenRefusal;
import io.policyengine.policies.authentication.shared.jwt.JwsFault;

/** The refusals of JSON Web Tokens, in addition to those of all tokens. */
final class JwtRefusals {
    /** No key, or no single one, could have signed it. */
    static final TokenRefusal KEY = TokenRefusal.invalid("TOKEN_KEY_UNKNOWN", "The key of the token is not known");
    /** The signature is invalid. */
    static final TokenRefusal SIGNATURE =
            TokenRefusal.invalid("TOKEN_SIGNATURE", "The signature of the token is not valid");
    /** {@code exp} has passed. */
    static final TokenRefusal EXPIRED = TokenRefusal.invalid("TOKEN_EXPIRED", "The token has expired");
    /** {@code exp} is missing where it is required, or {@code iat} where its age counts. */
    static final TokenRefusal WITHOUT_TIME =
            TokenRefusal.invalid("TOKEN_WITHOUT_TIME", "The token does not say until when it is valid");
    /** {@code nbf} or {@code iat} is still to come. */
    static final TokenRefusal NOT_YET_VALID = TokenRefusal.invalid("TOKEN_NOT_YET_VALID", "The token is not valid yet");
    /** {@code iat} is too long ago. */
    static final TokenRefusal TOO_OLD = TokenRefusal.invalid("TOKEN_TOO_OLD", "The token is too old");
    /** The issuer is another one. */
    static final TokenRefusal ISSUER =
            TokenRefusal.foreign("TOKEN_ISSUER", "The issuer of the token is not accepted here");

    private JwtRefusals() {}

    /** The refusal of a text with this fault. */
    static TokenRefusal of(JwsFault fault) {
        String code = switch (fault) {
            case FORM, ENCODING, HEADER, EMBEDDED_KEY, CRITICAL, CLAIMS -> "TOKEN_MALFORMED";
            case ENCRYPTED -> "TOKEN_ENCRYPTED";
            case TYPE -> "TOKEN_TYPE";
            case ALGORITHM -> "TOKEN_ALGORITHM";
        };
        return TokenRefusal.invalid(code, fault.text());
    }
}
