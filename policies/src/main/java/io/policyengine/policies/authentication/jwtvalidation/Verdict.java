package io.policyengine.policies.authentication.jwtvalidation;

import io.policyengine.core.instruction.RequestInstruction;
import io.policyengine.policies.authentication.shared.credential.TokenRefusal;
import io.policyengine.policies.authentication.shared.jwt.KeySet;
import java.util.List;

/** The verdict on a token. */
sealed interface Verdict {
    /**
     * It is good.
     *
     * @param instructions that tell others whose it is
     * @param issuer whose keys verified it
     * @param keys that verified it: with others, it has to be verified again
     * @param claimBytes that its claims take of the heap
     * @param until when it is good, in milliseconds
     */
    record Accepted(List<RequestInstruction> instructions, String issuer, KeySet keys, int claimBytes, long until)
            implements Verdict {}

    /** It is not. */
    record Refused(TokenRefusal why) implements Verdict {}

    /** It names one of these keys, which did not sign it: so it stays as long as the keys do. */
    record Forged(String issuer, KeySet keys) implements Verdict {}
}
