package io.policyengine.core.worker;

import io.policyengine.core.chain.run.ChainStoppedException;

/** The failure of a whole call to a worker. Has no stack trace, because the failure is expected. */
public final class WorkerException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** The kinds of failures of a call. */
    public enum Kind {
        /** There was no connection, so the call did not begin. */
        UNREACHABLE,
        /** The connection was lost during the call. */
        CONNECTION_LOST,
        /** The worker did not answer within the time of the call, or the call was cancelled. */
        TIMEOUT,
        /**
         * The call or one of its entries had less than its promised time, because the exchange had used up too much
         * time.
         */
        DEADLINE_EXCEEDED,
        /** The worker has too many calls, so this call did not begin. */
        OVERLOADED,
        /** The worker ended the call because of overload, after the call had begun. */
        ABORTED_BY_OVERLOAD,
        /** The worker does not know the chain, because the worker has restarted. */
        UNKNOWN_CHAIN,
        INVALID_ANSWER,
        /** The worker refuses the kernel because their protocol versions are incompatible. */
        INCOMPATIBLE,
        /** The worker failed because of an internal error. */
        INTERNAL
    }

    private final Kind kind;

    public WorkerException(Kind kind, String message) {
        super(message, null, false, false);
        this.kind = kind;
    }

    /** Returns the failure of a call whose run of the chain was stopped. */
    public static WorkerException of(ChainStoppedException stopped) {
        return new WorkerException(Kind.TIMEOUT, String.valueOf(stopped.getMessage()));
    }

    public Kind kind() {
        return kind;
    }

    /** Returns whether the call has certainly not begun, so that it may be sent to another replica. */
    public boolean isSafeToRetry() {
        return kind == Kind.UNREACHABLE || kind == Kind.OVERLOADED || kind == Kind.UNKNOWN_CHAIN;
    }
}
