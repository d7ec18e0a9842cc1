package io.policyengine.core.work;

import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.error.PolicyException;

/**
 * Thrown when work cannot begin because it needs more memory than all work together may use. By default it counts as
 * overload, so that no rule for failures lets the message pass unread.
 */
public final class TooMuchMemoryException extends PolicyException {
    private static final long serialVersionUID = 1L;

    /** Creates an exception whose message contains both numbers of bytes. */
    public TooMuchMemoryException(long needed, long limit) {
        super(
                ErrorCode.OVERLOADED,
                "the work may need " + needed + " bytes of memory, and all work together may use " + limit
                        + ", a share of the heap");
    }
}
