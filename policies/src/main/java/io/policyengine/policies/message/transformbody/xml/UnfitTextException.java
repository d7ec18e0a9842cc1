package io.policyengine.policies.message.transformbody.xml;

/** A text that cannot be converted. Expected, so it has no stack trace. */
public final class UnfitTextException extends Exception {
    private static final long serialVersionUID = 1L;

    private final boolean tooLarge;

    /**
     * Says what is wrong, without anything of the text.
     *
     * @param tooLarge whether it takes too much; else it is of the wrong form
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
