package io.policyengine.policies.content.shared.openapi.document;

/** A fault of a document. Its message is for users, and states the position if it is known. */
public final class DocumentFault extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    /** Creates a fault with a message for users. */
    public DocumentFault(String message) {
        super(message);
    }

    @Override
    public Throwable fillInStackTrace() {
        return this;
    }
}
