package io.policyengine.core.store;

import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.error.PolicyException;
import java.util.Locale;

/** A store that did not do what it was asked, as far as is known. A policy that fails its future with it lets {@code on_failure} act. */
public final class StoreException extends PolicyException {
    private static final long serialVersionUID = 1L;

    private final Kind kind;

    /** The reasons. */
    public enum Kind {
        /** No reply arrived in time. */
        TIMEOUT,
        /** The connection could not be made, or was lost. */
        UNREACHABLE,
        /** Too much failed in a row: nothing is asked for a while. */
        BREAKER_OPEN,
        /** Too much waits for replies. */
        OVERLOADED,
        /** The server replied with an error, such as that it is read-only or has no memory left. */
        REFUSED,
        /** The reply is not what the script would give. */
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

    /** The reason in one word. */
    public Kind kind() {
        return kind;
    }
}
