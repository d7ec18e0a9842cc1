package io.policyengine.core.callout;

import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.error.PolicyException;
import java.util.Locale;

/**
 * A call-out that brought no answer. A policy that fails its future with it lets {@code on_failure} of its entry act, or {@code
 * on_overload} where too many call-outs were under way.
 */
public final class CalloutException extends PolicyException {
    private static final long serialVersionUID = 1L;

    private final Kind kind;

    /** The reasons why there is no answer. */
    public enum Kind {
        /** None came in time. */
        TIMEOUT,
        /** The connection could not be made, or was lost. */
        UNREACHABLE,
        /** Too many call-outs failed in a row: none is made for a while. */
        BREAKER_OPEN,
        /** Too many call-outs wait for a connection. */
        OVERLOADED,
        /** The answer is larger than the request allowed. */
        TOO_LARGE,
        /** The answer is none of the protocol, or the request is none. */
        MALFORMED,
        /** A gRPC call ended with a status other than OK, which the message names. */
        REFUSED,
        /** Nobody waits for the answer any more. */
        CANCELLED;

        private final String label = name().toLowerCase(Locale.ROOT);

        /** The kind as meters and test cases name it. */
        public String label() {
            return label;
        }
    }

    /**
     * A failure.
     *
     * @param target its name
     * @param why for people; never a secret
     */
    public CalloutException(Kind kind, String target, String why) {
        super(codeOf(kind), "target " + target + ": " + why);
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
