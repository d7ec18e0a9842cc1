package io.policyengine.policies.format.replace;

import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.error.PolicyException;

/**
 * Bounds what replacements make of a body or chunk, so that many matches of a short text cannot exhaust the memory. Beyond it is overload: whoever
 * writes the text decides how many there are, and no rule for failures lets it pass as it was.
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
     * Lets a length pass.
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
