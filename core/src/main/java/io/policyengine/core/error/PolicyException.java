package io.policyengine.core.error;

/** An expected failure of a policy. The policy's future fails with this exception, which has no stack trace. */
public class PolicyException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** The text appended to the message of a failed call that had less than its promised time. */
    protected static final String CUT_SHORT = "; the entry, or this call, had less than its promised time";

    private final ErrorCode code;

    /**
     * Creates a failure. The message appears in the log, but never reaches the client; it must not contain a secret.
     */
    public PolicyException(ErrorCode code, String message) {
        super(message, null, false, false);
        this.code = code;
    }

    public ErrorCode code() {
        return code;
    }
}
