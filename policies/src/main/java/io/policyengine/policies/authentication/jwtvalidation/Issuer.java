package io.policyengine.policies.authentication.jwtvalidation;

import io.policyengine.policies.authentication.shared.credential.TokenRefusal;
import io.policyengine.policies.authentication.shared.jwt.JwsAlgorithm;
import io.policyengine.policies.authentication.shared.jwt.TokenClaims;
import io.policyengine.policies.authentication.shared.jwt.TokenIdentity;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An accepted issuer, and the requirements on its tokens. Times are in milliseconds.
 *
 * @param name value of {@code iss}
 * @param audiences accepted audiences: a token must have one of them; empty for any
 * @param maxAge maximum time since {@code iat}, or null
 * @param announcement the rules by which its tokens yield an identity
 */
record Issuer(
        String name,
        Set<String> audiences,
        Set<JwsAlgorithm> algorithms,
        KeySource keys,
        long leeway,
        @Nullable Long maxAge,
        TokenIdentity announcement) {

    /**
     * Returns the refusal of a token that is expired, too old or not yet valid (RFC 7519 §4.1.4 to §4.1.6), or null.
     */
    @Nullable
    TokenRefusal judgeTimes(TokenClaims claims, boolean requireExpiry, long now) {
        Long expires = claims.expires();
        Long issued = claims.issuedAt();
        if ((expires == null && requireExpiry) || (issued == null && maxAge != null)) {
            return JwtRefusals.WITHOUT_TIME;
        }
        if (expires != null && now >= expires + leeway) {
            return JwtRefusals.EXPIRED;
        }
        if (isToCome(claims.notBefore(), now) || isToCome(issued, now)) {
            return JwtRefusals.NOT_YET_VALID;
        }
        return issued != null && maxAge != null && now >= issued + maxAge + leeway ? JwtRefusals.TOO_OLD : null;
    }

    private boolean isToCome(@Nullable Long time, long now) {
        return time != null && now < time - leeway;
    }

    /** Returns the time at which a token with these claims ceases to be valid; {@link Long#MAX_VALUE} for never. */
    long endOf(TokenClaims claims) {
        Long expires = claims.expires();
        Long issued = claims.issuedAt();
        long byExpiry = expires == null ? Long.MAX_VALUE : expires + leeway;
        return issued == null || maxAge == null ? byExpiry : Math.min(byExpiry, issued + maxAge + leeway);
    }

    boolean isMeant(List<String> audience) {
        return audiences.isEmpty() || audience.stream().anyMatch(audiences::contains);
    }
}
