package io.policyengine.policies.transformbody;

/** A body is not the JSON that a change needs: it is malformed, or an array has not the element where it is to be changed. */
final class UnfitBodyException extends Exception {
    private static final long serialVersionUID = 1L;

    /** Says what is wrong, without anything of the body. */
    UnfitBodyException(String message) {
        super(message, null, false, false);
    }
}
