package io.policyengine.core.work;

/** Thrown when work was stopped or never began, because its result is no longer needed. */
public final class StoppedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public StoppedException() {
        super("the work was stopped, because its result is no longer needed", null, false, false);
    }
}
