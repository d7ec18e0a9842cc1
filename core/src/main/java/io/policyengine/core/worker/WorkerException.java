package io.policyengine.core.worker;

/** A call to a worker that failed as a whole. Stackless: an expected outcome. */
public final class WorkerException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** The kinds of failures of a call. */
    public enum Kind {
        /** There is no connection; the call did not begin. */
        UNREACHABLE,
        /** The connection was lost during the call. */
        CONNECTION_LOST,
        TIMEOUT,
        /** Too many calls; this one has not begun. */
        OVERLOADED,
        /** The worker does not know the chain: it restarted. */
        UNKNOWN_CHAIN,
        INVALID_ANSWER,
        /** The worker refuses the kernel: they speak different protocols. */
        INCOMPATIBLE,
        /** The worker itself failed. */
        INTERNAL
    }

    private final Kind kind;

    public WorkerException(Kind kind, String message) {
        super(message, null, false, false);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }

    /** True if the call has certainly not begun, so that another replica may be tried. */
    public boolean isSafeToRetry() {
        return kind == Kind.UNREACHABLE || kind == Kind.OVERLOADED || kind == Kind.UNKNOWN_CHAIN;
    }
}
