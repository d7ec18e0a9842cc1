package io.policyengine.core.work;

/** Tells that work was never begun, since it may need more memory than there is for all work together. */
public final class TooMuchMemoryException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** One without a stack trace, that names both numbers of bytes. */
    public TooMuchMemoryException(long needed, long limit) {
        super(
                "the work may need " + needed + " bytes of memory, and all work together has " + limit
                        + ", a share of the heap",
                null,
                false,
                false);
    }
}
