package io.policyengine.policies.authentication.hmacsignature;

import io.policyengine.core.policy.Identity;
import io.policyengine.policies.authentication.hmacsignature.component.Claim;
import java.util.List;

sealed interface SignatureCredential {
    record None() implements SignatureCredential {}

    /** A request with unreadable signatures. */
    record Malformed() implements SignatureCredential {}

    /**
     * A request with at least one readable signature.
     *
     * @param claims signatures in the order of verification
     * @param proof the request fields that hold nothing but one signature, as written in {@link Identity#PROOF}
     */
    record Some(List<Claim> claims, List<String> proof) implements SignatureCredential {}
}
