package io.policyengine.protocol;

/** Thrown for an instruction that cannot be carried out, which fails one entry. Expected, so it has no stack trace. */
final class IllegalInstructionException extends Exception {
    private static final long serialVersionUID = 1L;

    IllegalInstructionException(String message) {
        super(message, null, false, false);
    }
}
