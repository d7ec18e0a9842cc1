package io.policyengine.policies.oauth2introspection;

import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.policies.credential.Challenge;
import io.policyengine.policies.credential.TokenRefusal;
import io.policyengine.policies.denial.DenialFormat;

/** The reasons why a request is refused. */
enum Refusal {
    /** No token. */
    MISSING(TokenRefusal.MISSING),
    /** More than one. */
    SEVERAL(TokenRefusal.SEVERAL),
    /** Something that is no token. */
    MALFORMED(TokenRefusal.MALFORMED),
    /** Longer than {@code max_token_bytes}. */
    TOO_LARGE(TokenRefusal.TOO_LARGE),
    /** Unknown to the server, expired, or taken back. */
    INACTIVE(TokenRefusal.invalid("TOKEN_INACTIVE", "The token is not active")),
    /** Nobody is named, or by a name that no header could hold. */
    SUBJECT(TokenRefusal.SUBJECT),
    /** For somebody else. */
    AUDIENCE(TokenRefusal.AUDIENCE),
    /** A required claim is absent or has another value. */
    CLAIM(TokenRefusal.CLAIM),
    /** A scope is missing. */
    SCOPE(TokenRefusal.SCOPE);

    @SuppressWarnings("ImmutableEnumChecker") // a record of texts
    private final TokenRefusal refusal;

    Refusal(TokenRefusal refusal) {
        this.refusal = refusal;
    }

    /** The answer to the client. */
    ImmediateResponse response(DenialFormat format, Challenge challenge) {
        return refusal.response(format, challenge);
    }
}
