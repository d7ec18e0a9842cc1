package io.policyengine.policies.authentication.hmacsignature;

import io.policyengine.policies.authentication.hmacsignature.component.Claim;
import java.util.List;

/** The signatures that a request presents. */
sealed interface PresentedSignatures {
    /** A request without a signature. */
    record None() implements PresentedSignatures {}

    /** Something that cannot be read as signatures. */
    record Malformed() implements PresentedSignatures {}

    /** A request with at least one signature, in the order of verification. */
    record Some(List<Claim> claims) implements PresentedSignatures {}
}
