package io.policyengine.policies.message.transformbody.xml;

/** A text that cannot be converted. Expected, so it has no stack trace. */
public final class UnfitTextException extends Exception {
    private static final long serialVersionUID = 1L;

    private final boolean tooLarge;

    /**
     * Creates an exception; the message must not quote the text.
     *
     * @param tooLarge true if the text exceeds a limit; false if its form is wrong
     */
    UnfitTextException(String message, boolean tooLarge) {
        super(message, null, false, false);
        this.tooLarge = tooLarge;
    }

    /** Returns true if the text exceeds a limit; false if its form is wrong. */
    public boolean isTooLarge() {
        return tooLarge;
    }
}
