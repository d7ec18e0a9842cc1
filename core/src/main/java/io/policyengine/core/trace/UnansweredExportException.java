package io.policyengine.core.trace;

import java.io.IOException;

/** An export without a usable answer. Stackless: an expected outcome. */
final class UnansweredExportException extends IOException {
    private static final long serialVersionUID = 1;

    UnansweredExportException(String message) {
        super(message);
    }

    @Override
    public Throwable fillInStackTrace() {
        return this;
    }
}
