package io.policyengine.policies.authentication.jwtvalidation;

import io.policyengine.core.instruction.RequestInstruction;
import io.policyengine.policies.authentication.shared.credential.TokenRefusal;
import io.policyengine.policies.authentication.shared.jwt.KeySet;
import java.util.List;

sealed interface TokenVerdict {
    /**
     * A valid token.
     *
     * @param instructions that carry its identity
     * @param issuer whose keys verified it
     * @param keys that verified it: with other keys it must be verified again
     * @param claimBytes heap of its claims
     * @param until end of its validity, in milliseconds
     */
    record Accepted(List<RequestInstruction> instructions, String issuer, KeySet keys, int claimBytes, long until)
            implements TokenVerdict {}

    record Refused(TokenRefusal why) implements TokenVerdict {}

    /** A token that names one of these keys, which did not sign it. The verdict is valid until the keys change. */
    record Forged(String issuer, KeySet keys) implements TokenVerdict {}
}
