package io.policyengine.policies.format.replace;

import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.error.PolicyException;

/**
 * Bounds the growth of a body or chunk by replacements, so that many matches of a short text cannot exhaust the memory.
 * A message that exceeds the bound is denied regardless of {@code on_failure}, since its author controls the number of
 * matches.
 *
 * @param max maximum length of the result in bytes
 */
record Growth(long max) {
    /** Maximum bytes by which replacements may lengthen a body or chunk. */
    static final int BYTES = 2 * 1024 * 1024;

    static Growth of(int length) {
        return new Growth((long) length + BYTES);
    }

    /**
     * Checks a length in bytes.
     *
     * @throws PolicyException if the length exceeds the maximum
     */
    void check(long length) {
        if (length > max) {
            throw new PolicyException(
                    ErrorCode.BODY_TOO_LARGE, "the replacements make the body more than " + BYTES + " bytes longer");
        }
    }
}
