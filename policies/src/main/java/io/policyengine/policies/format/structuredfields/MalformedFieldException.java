package io.policyengine.policies.format.structuredfields;

/**
 * The exception for a field value that does not conform to its type. Expected, so it has no stack trace. Its message
 * does not quote the value.
 */
public final class MalformedFieldException extends Exception {
    private static final long serialVersionUID = 1L;

    MalformedFieldException(String message, int position) {
        super(message + " at character " + (position + 1), null, false, false);
    }
}
