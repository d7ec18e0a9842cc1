package io.policyengine.kernel.history;

/**
 * Reports that a state directory, or a generation in it, is unusable. The exception is expected and has no stack trace;
 * its message is for operators.
 */
public final class StateException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    StateException(String message) {
        super(message, null, false, false);
    }
}
