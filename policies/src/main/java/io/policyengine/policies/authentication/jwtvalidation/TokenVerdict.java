package io.policyengine.policies.authentication.jwtvalidation;

import io.policyengine.policies.authentication.shared.credential.TokenRefusal;
import io.policyengine.policies.authentication.shared.jwt.KeySet;
import io.policyengine.policies.authentication.shared.jwt.TokenClaims;

/** The verdict on a token. It ignores the audiences, claims and scopes that an entry requires. */
sealed interface TokenVerdict {
    /**
     * A token that its issuer has signed, and that is valid now.
     *
     * @param issuer issuer whose keys verified the token
     * @param keys keys that verified the token; if the issuer has other keys, the token must be verified again
     * @param until end of its validity, in milliseconds since 1970
     */
    record Verified(TokenClaims claims, String issuer, KeySet keys, long until) implements TokenVerdict {}

    record Refused(TokenRefusal why) implements TokenVerdict {}

    /** A token that names a known key but was not signed by it. The verdict is valid until the issuer's keys change. */
    record Forged(String issuer, KeySet keys) implements TokenVerdict {}
}
