package io.policyengine.policies.authentication.hmacsignature;

import java.util.List;

/** The signatures that a request presents. */
sealed interface Presented {
    /** No signature. */
    record None() implements Presented {}

    /** Something that cannot be read as signatures. */
    record Malformed() implements Presented {}

    /** At least one, to be tried in this order. */
    record Some(List<Claim> claims) implements Presented {}
}
