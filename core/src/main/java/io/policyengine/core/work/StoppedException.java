package io.policyengine.core.work;

/** Work that was stopped or never begun because its result is no longer wanted. */
public final class StoppedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Creates an exception without a stack trace. */
    public StoppedException() {
        super("nobody wants the result any more", null, false, false);
    }
}
