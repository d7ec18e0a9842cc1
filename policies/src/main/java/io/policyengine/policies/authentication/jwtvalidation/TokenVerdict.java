package io.policyengine.policies.authentication.jwtvalidation;

import io.policyengine.core.instruction.RequestInstruction;
import io.policyengine.policies.authentication.shared.credential.TokenRefusal;
import io.policyengine.policies.authentication.shared.jwt.KeySet;
import java.util.List;

sealed interface TokenVerdict {
    /**
     * A valid token.
     *
     * @param instructions instructions that carry its identity
     * @param issuer issuer whose keys verified the token
     * @param keys keys that verified the token; if the issuer has other keys, the token must be verified again
     * @param claimBytes heap of its claims, in bytes
     * @param until end of its validity, in milliseconds since 1970
     */
    record Accepted(List<RequestInstruction> instructions, String issuer, KeySet keys, int claimBytes, long until)
            implements TokenVerdict {}

    record Refused(TokenRefusal why) implements TokenVerdict {}

    /** A token that names a known key but was not signed by it. The verdict is valid until the issuer's keys change. */
    record Forged(String issuer, KeySet keys) implements TokenVerdict {}
}
