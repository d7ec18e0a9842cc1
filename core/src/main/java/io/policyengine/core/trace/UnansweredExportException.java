package io.policyengine.core.trace;

import java.io.IOException;

/** Thrown when an export received no usable response. Has no stack trace, because the failure is expected. */
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
