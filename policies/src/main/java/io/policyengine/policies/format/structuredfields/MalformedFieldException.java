package io.policyengine.policies.format.structuredfields;

/** A field value that is not what its type demands: an expected failure, without a stack trace and without the value. */
public final class MalformedFieldException extends Exception {
    private static final long serialVersionUID = 1L;

    MalformedFieldException(String message, int position) {
        super(message + " at character " + (position + 1), null, false, false);
    }
}
