package io.policyengine.core.chain.run;

/**
 * Thrown when a chain was stopped because its result is no longer needed. Has no stack trace, because this is expected.
 */
public final class ChainStoppedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public enum Reason {
        CANCELLED,
        DEADLINE,
        /** The deadline passed while an entry waited for work off the event loop. */
        OVERLOAD
    }

    private final Reason reason;

    public ChainStoppedException(Reason reason, String message) {
        super(message, null, false, false);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
