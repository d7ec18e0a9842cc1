package io.policyengine.core.chain.run;

/**
 * Thrown when a chain was stopped because its result is no longer needed: its call was cancelled, or its body has
 * ended. Has no stack trace, because this is expected.
 */
public final class ChainStoppedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ChainStoppedException(String message) {
        super(message, null, false, false);
    }
}
