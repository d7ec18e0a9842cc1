package io.policyengine.policies.message.transformbody.xml;

/** A text that cannot be converted. Expected, so it has no stack trace. */
public final class UnfitTextException extends Exception {
    private static final long serialVersionUID = 1L;

    private final boolean tooLarge;

    /**
     * Creates an exception whose message quotes nothing of the text.
     *
     * @param tooLarge whether it exceeds a limit; else its form is wrong
     */
    UnfitTextException(String message, boolean tooLarge) {
        super(message, null, false, false);
        this.tooLarge = tooLarge;
    }

    /** True if it takes too much; false if it is of the wrong form. */
    public boolean isTooLarge() {
        return tooLarge;
    }
}
