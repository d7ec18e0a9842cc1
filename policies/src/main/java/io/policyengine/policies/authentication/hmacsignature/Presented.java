package io.policyengine.policies.authentication.hmacsignature;

import io.policyengine.policies.authentication.hmacsignature.component.Claim;
import java.util.List;

/** The signatures that a request presents. */
sealed interface Presented {
    /** A request without a signature. */
    record None() implements Presented {}

    /** Something that cannot be read as signatures. */
    record Malformed() implements Presented {}

    /** A request with at least one signature, in the order of verification. */
    record Some(List<Claim> claims) implements Presented {}
}
