package io.policyengine.policies.content.shared.openapi.body;

/** The exception for a body that does not have the syntax of its media type. */
public final class MalformedBodyException extends Exception {
    private static final long serialVersionUID = 1;

    MalformedBodyException(String message) {
        super(message, null, false, false);
    }
}
