package io.policyengine.core.worker;

/** The failure of a whole call to a worker. Has no stack trace, because the failure is expected. */
public final class WorkerException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** The kinds of failures of a call. */
    public enum Kind {
        /** There was no connection, so the call did not begin. */
        UNREACHABLE,
        /** The connection was lost during the call. */
        CONNECTION_LOST,
        TIMEOUT,
        /** The worker has too many calls, so this call did not begin. */
        OVERLOADED,
        /** The worker does not know the chain, because it has restarted. */
        UNKNOWN_CHAIN,
        INVALID_ANSWER,
        /** The worker refuses the kernel because their protocol versions are incompatible. */
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

    /** Returns whether the call certainly did not begin, so that another replica may be called. */
    public boolean isSafeToRetry() {
        return kind == Kind.UNREACHABLE || kind == Kind.OVERLOADED || kind == Kind.UNKNOWN_CHAIN;
    }
}
