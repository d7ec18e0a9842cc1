package io.policyengine.core.store;

import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.error.PolicyException;
import java.util.Locale;

/** A failed store operation, which may have taken effect. As a policy's failure it triggers {@code on_failure}. */
public final class StoreException extends PolicyException {
    private static final long serialVersionUID = 1L;

    private final Kind kind;

    /** The kinds of failures. */
    public enum Kind {
        TIMEOUT,
        /** The connection could not be made, or was lost. */
        UNREACHABLE,
        /** Too many operations failed in a row; none is sent for a while. */
        BREAKER_OPEN,
        /** Too many operations wait for replies. */
        OVERLOADED,
        /** The server replied with an error, such as that it is read-only or has no memory left. */
        REFUSED,
        /** The reply does not match the script. */
        MALFORMED,
        /** The result is no longer wanted. */
        CANCELLED;

        private final String label = name().toLowerCase(Locale.ROOT);

        /** The kind as meters and test cases name it. */
        public String label() {
            return label;
        }
    }

    /**
     * Creates a failure.
     *
     * @param store its name
     * @param why the reason, for users; never a secret
     */
    public StoreException(Kind kind, String store, String why) {
        super(codeOf(kind), "store " + store + ": " + why);
        this.kind = kind;
    }

    private static ErrorCode codeOf(Kind kind) {
        return kind == Kind.OVERLOADED ? ErrorCode.OVERLOADED : ErrorCode.DEPENDENCY_UNAVAILABLE;
    }

    public Kind kind() {
        return kind;
    }
}
