package io.policyengine.core.work;

import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.error.PolicyException;

/**
 * Tells that work was never begun, since it may need more memory than there is for all work together. Where a policy does not say what that
 * means for a message, it is overload, so that no rule for failures lets the message pass unread.
 */
public final class TooMuchMemoryException extends PolicyException {
    private static final long serialVersionUID = 1L;

    /** One without a stack trace, that names both numbers of bytes. */
    public TooMuchMemoryException(long needed, long limit) {
        super(
                ErrorCode.OVERLOADED,
                "the work may need " + needed + " bytes of memory, and all work together has " + limit
                        + ", a share of the heap");
    }
}
