package io.policyengine.core.store;

import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.error.PolicyException;
import java.util.Locale;

/**
 * Thrown for a failed store operation, which may nevertheless have taken effect. If a policy fails with this exception,
 * its entry's {@code on_failure} applies, or {@code on_overload} if the kind is {@link Kind#OVERLOADED}. Neither
 * applies, and the message is denied, if the kind is {@link Kind#DEADLINE_EXCEEDED}.
 */
public final class StoreException extends PolicyException {
    private static final long serialVersionUID = 1L;

    private final Kind kind;
    private final String store;
    private final String why;

    /** The kinds of failures. */
    public enum Kind {
        /** No reply arrived within the promised time. */
        TIMEOUT,
        /**
         * No reply arrived, but the operation had less time than promised, because the message or earlier entries had
         * used the rest.
         */
        DEADLINE_EXCEEDED,
        /** The connection could not be made, or was lost. */
        UNREACHABLE,
        /** Too many operations failed in a row; further operations are refused for a while. */
        BREAKER_OPEN,
        /** Too many operations wait for replies. */
        OVERLOADED,
        /** The server replied with an error, for example because it is read-only or out of memory. */
        REFUSED,
        /** The reply does not match the script. */
        MALFORMED,
        /** The result is no longer needed. */
        CANCELLED;

        private final String label = name().toLowerCase(Locale.ROOT);

        /** The name of the kind in metrics and test cases. */
        public String label() {
            return label;
        }
    }

    /**
     * Creates a failure.
     *
     * @param store the store's name
     * @param why the reason, as text for operators; never a secret
     */
    public StoreException(Kind kind, String store, String why) {
        super(codeOf(kind), "store " + store + ": " + why);
        this.kind = kind;
        this.store = store;
        this.why = why;
    }

    private static ErrorCode codeOf(Kind kind) {
        return switch (kind) {
            case OVERLOADED -> ErrorCode.OVERLOADED;
            case DEADLINE_EXCEEDED -> ErrorCode.DEADLINE_EXCEEDED;
            case TIMEOUT, UNREACHABLE, BREAKER_OPEN, REFUSED, MALFORMED, CANCELLED -> ErrorCode.DEPENDENCY_UNAVAILABLE;
        };
    }

    public Kind kind() {
        return kind;
    }

    /**
     * Returns the failure for an operation that had less than its promised time: a timeout becomes
     * {@link Kind#DEADLINE_EXCEEDED}.
     */
    public StoreException cutShort() {
        return kind == Kind.TIMEOUT ? new StoreException(Kind.DEADLINE_EXCEEDED, store, why + CUT_SHORT) : this;
    }

    /**
     * Returns whether the store caused the failure, so that a policy may continue without it. The store is not the
     * cause if too many operations wait, or if the call has ended or had too little time.
     */
    public boolean isOfStore() {
        return kind != Kind.OVERLOADED && kind != Kind.CANCELLED && kind != Kind.DEADLINE_EXCEEDED;
    }
}
