package io.policyengine.core.error;

/** An expected failure of a policy: a value to fail a future with, without a stack trace. */
public class PolicyException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ErrorCode code;

    /** Creates a failure with a message for the log, which never reaches the client and never holds a secret. */
    public PolicyException(ErrorCode code, String message) {
        super(message, null, false, false);
        this.code = code;
    }

    public ErrorCode code() {
        return code;
    }
}
