package io.policyengine.policies.format.replace;

import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.error.PolicyException;

/**
 * Bounds the growth of a body or chunk by replacements, so that many matches of a short text cannot exhaust the memory.
 * The body's author controls the number of matches, so exceeding the bound is overload: no rule for failures lets the
 * body pass.
 *
 * @param max bytes
 */
record Growth(long max) {
    /** The maximum number of bytes by which a body or chunk may get longer. */
    static final int BYTES = 2 * 1024 * 1024;

    static Growth of(int length) {
        return new Growth((long) length + BYTES);
    }

    /**
     * Checks a length in bytes.
     *
     * @throws PolicyException if it is too long
     */
    void check(long length) {
        if (length > max) {
            throw new PolicyException(
                    ErrorCode.OVERLOADED, "the replacements make the body more than " + BYTES + " bytes longer");
        }
    }
}
