package io.policyengine.core.work;

import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.error.PolicyException;

/**
 * Thrown when work cannot begin because it alone needs more memory than all work together may use. By default it is
 * treated as overload, so that {@code on_failure} cannot let the message pass unread.
 */
public final class TooMuchMemoryException extends PolicyException {
    private static final long serialVersionUID = 1L;

    /** Creates an exception whose message states both numbers of bytes. */
    public TooMuchMemoryException(long needed, long limit) {
        super(
                ErrorCode.OVERLOADED,
                "the work may need " + needed + " bytes of memory, but all work together may use only " + limit
                        + ", a share of the heap");
    }
}
