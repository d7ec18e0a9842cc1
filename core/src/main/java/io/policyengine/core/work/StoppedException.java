package io.policyengine.core.work;

/** Tells that work was given up, or never begun, since nobody wants its result any more. */
public final class StoppedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** One without a stack trace. */
    public StoppedException() {
        super("nobody wants the result any more", null, false, false);
    }
}
