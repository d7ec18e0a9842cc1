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
        /** No reply in the promised time. */
        TIMEOUT,
        /**
         * No reply, but the operation had less than its promised time: the message or earlier entries took the rest.
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

    /** Returns this failure as that of an operation that had less than its promised time. */
    public StoreException cutShort() {
        return kind == Kind.TIMEOUT ? new StoreException(Kind.DEADLINE_EXCEEDED, store, why + CUT_SHORT) : this;
    }

    /**
     * Returns whether the store is the cause, so that a policy may do without it. It is not if too many operations
     * wait, if the call has ended, or if it had too little time.
     */
    public boolean isOfStore() {
        return kind != Kind.OVERLOADED && kind != Kind.CANCELLED && kind != Kind.DEADLINE_EXCEEDED;
    }
}
