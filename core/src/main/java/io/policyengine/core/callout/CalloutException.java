package io.policyengine.core.callout;

import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.error.PolicyException;
import java.util.Locale;

/**
 * Thrown when a call-out yields no usable response. If a policy fails with this exception, its entry's {@code
 * on_failure} applies, or {@code on_overload} if the kind is {@link Kind#OVERLOADED}. Neither rule applies if the
 * request {@linkplain #isOfRequest is the cause}, the response cannot be read, or the kind is {@link
 * Kind#DEADLINE_EXCEEDED}; the message is then denied.
 */
public final class CalloutException extends PolicyException {
    private static final long serialVersionUID = 1L;

    private final Kind kind;
    private final String target;
    private final String why;
    private final boolean isOfRequest;

    /** The kind of failure. */
    public enum Kind {
        /** No response in the promised time. */
        TIMEOUT,
        /** No response, but the call had less than its promised time: the message or earlier entries used the rest. */
        DEADLINE_EXCEEDED,
        /** The connection could not be established, or was lost. */
        UNREACHABLE,
        /** Too many call-outs failed in a row; further call-outs are refused for a while. */
        BREAKER_OPEN,
        /** Too many call-outs wait for a connection, or the wait took too much of the time. */
        OVERLOADED,
        /** The response is larger than the request allowed. */
        TOO_LARGE,
        /** The response, or the request, violates the protocol. */
        MALFORMED,
        /** The server answered with a status that means failure. The message names the status. */
        REFUSED,
        CANCELLED;

        private final String label = name().toLowerCase(Locale.ROOT);

        /** The kind's name in metrics and test cases. */
        public String label() {
            return label;
        }
    }

    /**
     * Creates a failure.
     *
     * @param target the target's name
     * @param why the reason, as text for operators; never a secret
     */
    public CalloutException(Kind kind, String target, String why) {
        this(kind, target, why, false);
    }

    private CalloutException(Kind kind, String target, String why, boolean isOfRequest) {
        super(isOfRequest ? ErrorCode.INVALID_REQUEST : codeOf(kind), "target " + target + ": " + why);
        this.kind = kind;
        this.target = target;
        this.why = why;
        this.isOfRequest = isOfRequest;
    }

    /**
     * Creates a failure whose cause is the request: HTTP forbids it, or the server refuses it.
     *
     * @param target the target's name
     * @param why the reason, as text for operators; never a secret
     */
    public static CalloutException ofRequest(Kind kind, String target, String why) {
        return new CalloutException(kind, target, why, true);
    }

    /**
     * Returns the error code of a kind. An unreadable response does not count as a failed dependency, since a client
     * may be able to cause it.
     */
    private static ErrorCode codeOf(Kind kind) {
        return switch (kind) {
            case OVERLOADED -> ErrorCode.OVERLOADED;
            case DEADLINE_EXCEEDED -> ErrorCode.DEADLINE_EXCEEDED;
            case TOO_LARGE, MALFORMED -> ErrorCode.INVALID_RESPONSE;
            case TIMEOUT, UNREACHABLE, BREAKER_OPEN, REFUSED, CANCELLED -> ErrorCode.DEPENDENCY_UNAVAILABLE;
        };
    }

    public Kind kind() {
        return kind;
    }

    /** Returns a copy for a call that had less than its promised time. */
    public CalloutException cutShort() {
        return kind == Kind.TIMEOUT ? new CalloutException(Kind.DEADLINE_EXCEEDED, target, why + CUT_SHORT) : this;
    }

    /**
     * Returns whether the request is the cause of the failure. The server may still answer other requests. A client
     * that influences the request may be able to cause such a failure.
     */
    public boolean isOfRequest() {
        return isOfRequest;
    }
}
