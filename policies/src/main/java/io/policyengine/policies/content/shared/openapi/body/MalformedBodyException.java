package io.policyengine.policies.content.shared.openapi.body;

/** A body is not of the form that its media type says. */
public final class MalformedBodyException extends Exception {
    private static final long serialVersionUID = 1;

    MalformedBodyException(String message) {
        super(message, null, false, false);
    }
}
