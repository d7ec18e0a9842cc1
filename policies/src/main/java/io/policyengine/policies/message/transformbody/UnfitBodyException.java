package io.policyengine.policies.message.transformbody;

/** Reports a body that cannot be changed: it is malformed, exceeds a limit, or does not fit the changes. */
final class UnfitBodyException extends Exception {
    private static final long serialVersionUID = 1L;

    private final boolean tooLarge;

    /** Creates an exception; the message must not quote the body. */
    UnfitBodyException(String message) {
        this(message, false);
    }

    private UnfitBodyException(String message, boolean tooLarge) {
        super(message, null, false, false);
        this.tooLarge = tooLarge;
    }

    static UnfitBodyException tooLarge(String message) {
        return new UnfitBodyException(message, true);
    }

    /** Returns true if the body exceeds a limit; false if it is malformed or does not fit the changes. */
    boolean isTooLarge() {
        return tooLarge;
    }
}
