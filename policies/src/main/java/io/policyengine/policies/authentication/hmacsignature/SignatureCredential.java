package io.policyengine.policies.authentication.hmacsignature;

import io.policyengine.core.policy.Identity;
import io.policyengine.policies.authentication.hmacsignature.component.Claim;
import java.util.List;
import org.jspecify.annotations.Nullable;

sealed interface SignatureCredential {
    record None() implements SignatureCredential {}

    /** A request with unreadable signatures. */
    record Malformed() implements SignatureCredential {}

    /**
     * A request with at least one readable signature.
     *
     * @param claims signatures in the order of verification
     * @param surplus further signatures, which are not verified
     * @param proof the request fields that hold nothing but one signature, as written in {@link Identity#PROOF}
     */
    record Some(List<Claim> claims, List<Surplus> surplus, List<String> proof) implements SignatureCredential {}

    /**
     * A signature beyond those that are verified.
     *
     * @param tag the stated purpose, or null
     */
    record Surplus(String keyId, @Nullable String tag) {}
}
