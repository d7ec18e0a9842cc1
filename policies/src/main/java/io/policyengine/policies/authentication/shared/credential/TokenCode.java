package io.policyengine.policies.authentication.shared.credential;

import io.policyengine.core.instruction.DenialCode;

/** The codes with which policies refuse tokens of any kind. */
public enum TokenCode implements DenialCode {
    TOKEN_MISSING("Have the client send its token in the configured place."),
    TOKEN_AMBIGUOUS("Have the client send one token, in one place."),
    TOKEN_MALFORMED("Have the client send the token exactly as it was issued, complete and without quotes."),
    TOKEN_TOO_LARGE("Have the issuer put less into the token, or raise `max_token_bytes`."),
    TOKEN_SUBJECT("Have the issuer name the client in the claim that `id_claim` names, or name another claim there."),
    TOKEN_SUBJECT_FOREIGN("Give each issuer its own `id_prefix`. No subject of one issuer may begin with the prefix of "
            + "another."),
    TOKEN_AUDIENCE("Have the client get a token for this service, or add the audience to `audiences`."),
    TOKEN_CLAIM("Compare the token's claims with the required ones."),
    INSUFFICIENT_SCOPE("Have the client get a token with the required scope.");

    private final String remedy;

    TokenCode(String remedy) {
        this.remedy = remedy;
    }

    @Override
    public String remedy() {
        return remedy;
    }
}
