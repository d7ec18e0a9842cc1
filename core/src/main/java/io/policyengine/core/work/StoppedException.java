package io.policyengine.core.work;

/** Thrown when work was stopped or never begun because its result is no longer needed. */
public final class StoppedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public StoppedException() {
        super("the result is no longer wanted", null, false, false);
    }
}
