package io.policyengine.protocol;

/**
 * Thrown if a policy's instruction cannot be executed; only its entry fails. Expected, so the exception has no stack
 * trace.
 */
final class IllegalInstructionException extends Exception {
    private static final long serialVersionUID = 1L;

    IllegalInstructionException(String message) {
        super(message, null, false, false);
    }
}
