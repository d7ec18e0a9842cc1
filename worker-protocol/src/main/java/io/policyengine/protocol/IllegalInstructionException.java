package io.policyengine.protocol;

/** An instruction that cannot be carried out. Stackless: the failure of one entry. */
final class IllegalInstructionException extends Exception {
    private static final long serialVersionUID = 1L;

    IllegalInstructionException(String message) {
        super(message, null, false, false);
    }
}
