package io.policyengine.core.async;

/**
 * Thrown when a directory of the file system has not responded in time, as on a hung mount. Expected, so it has no
 * stack trace.
 */
public final class UnansweredException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnansweredException(String message) {
        super(message, null, false, false);
    }
}
