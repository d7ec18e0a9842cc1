package io.policyengine.policies.openapi;

/** A fault of a document, with its place and what would be right. */
final class DocumentFault extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    DocumentFault(String message) {
        super(message);
    }

    @Override
    public Throwable fillInStackTrace() {
        return this;
    }
}
