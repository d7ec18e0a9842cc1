package io.policyengine.policies.message.transformbody;

/** A body is not the JSON that a change needs: it is malformed, has too many values, or lacks the array's element that is to be changed. */
final class UnfitBodyException extends Exception {
    private static final long serialVersionUID = 1L;

    private final boolean tooLarge;

    /** Says what is wrong, without anything of the body. */
    UnfitBodyException(String message) {
        this(message, false);
    }

    private UnfitBodyException(String message, boolean tooLarge) {
        super(message, null, false, false);
        this.tooLarge = tooLarge;
    }

    /** Says that the body takes too much to be looked at. */
    static UnfitBodyException tooLarge(String message) {
        return new UnfitBodyException(message, true);
    }

    /** True if it takes too much; false if it is of the wrong form. */
    boolean isTooLarge() {
        return tooLarge;
    }
}
