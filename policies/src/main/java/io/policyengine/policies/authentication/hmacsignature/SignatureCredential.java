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
     * @param proof the request fields that hold only one signature, in the notation of {@link Identity#PROOF}
     */
    record Some(List<Claim> claims, List<Surplus> surplus, List<String> proof) implements SignatureCredential {}

    /**
     * A signature that is not verified, since the request has too many.
     *
     * @param tag the stated purpose, or null
     */
    record Surplus(String keyId, @Nullable String tag) {}
}
