package io.policyengine.core.trace;

import java.io.IOException;

/** A receiver has not answered an export, or so that it is no use to read on. Without a stack: it is expected. */
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
