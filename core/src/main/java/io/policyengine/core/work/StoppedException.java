package io.policyengine.core.work;

/** Work that was stopped or never begun because its result is no longer wanted. */
public final class StoppedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public StoppedException() {
        super("the result is no longer wanted", null, false, false);
    }
}
