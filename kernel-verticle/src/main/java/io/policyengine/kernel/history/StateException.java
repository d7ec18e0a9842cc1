package io.policyengine.kernel.history;

/**
 * Reports that a state directory, or a generation in it, is unusable. Expected, so it has no stack trace; the message
 * is for users.
 */
public final class StateException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    StateException(String message) {
        super(message, null, false, false);
    }
}
