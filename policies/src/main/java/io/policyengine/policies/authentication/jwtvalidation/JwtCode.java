package io.policyengine.policies.authentication.jwtvalidation;

import io.policyengine.core.instruction.DenialCode;

/** The codes with which only {@code jwtValidation} denies. */
enum JwtCode implements DenialCode {
    TOKEN_ENCRYPTED("Have the issuer issue signed tokens (JWS), not encrypted ones."),
    TOKEN_TYPE("Have the client send an access token, or add the type to `token_types`."),
    TOKEN_ALGORITHM("Have the issuer sign with one of the configured algorithms, or add its algorithm."),
    TOKEN_KEY_UNKNOWN("Check the issuer's key set, and whether the worker can fetch it "
            + "(`policy_worker_callout_failures_total` and the worker's log)."),
    TOKEN_SIGNATURE("The token is not the issuer's, or it was changed: have the client get a new one."),
    TOKEN_EXPIRED("Have the client get a new token. If new ones expire at once, compare the clocks, or "
            + "raise `leeway_s`."),
    TOKEN_NOT_YET_VALID("Compare the clocks of issuer and engine, or raise `leeway_s`."),
    TOKEN_TOO_OLD("Have the client get a new token, or raise `max_age_s`."),
    TOKEN_WITHOUT_TIME("Have the issuer state `exp`, and `iat` if `max_age_s` is set."),
    TOKEN_ISSUER("Have the client use a configured issuer, or add its issuer to `issuers`.");

    private final String remedy;

    JwtCode(String remedy) {
        this.remedy = remedy;
    }

    @Override
    public String remedy() {
        return remedy;
    }
}
