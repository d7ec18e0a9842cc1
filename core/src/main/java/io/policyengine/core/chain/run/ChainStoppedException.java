package io.policyengine.core.chain.run;

/** A chain that did not come to its end because nobody wants the result any more. Stackless: an expected outcome. */
public final class ChainStoppedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** The reason why it was stopped. */
    public enum Reason {
        /** The caller cancelled the call. */
        CANCELLED,
        /** The call's deadline passed. */
        DEADLINE
    }

    private final Reason reason;

    /** A stop before or during an entry. */
    public ChainStoppedException(Reason reason, String message) {
        super(message, null, false, false);
        this.reason = reason;
    }

    /** The reason why it was stopped. */
    public Reason reason() {
        return reason;
    }
}
