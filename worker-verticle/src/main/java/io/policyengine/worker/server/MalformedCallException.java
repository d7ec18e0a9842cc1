package io.policyengine.worker.server;

/** A call that is not understood. Stackless: an expected outcome. */
final class MalformedCallException extends Exception {
    private static final long serialVersionUID = 1L;

    /** What is wrong with it; the message goes to the kernel. */
    MalformedCallException(String message) {
        super(message, null, false, false);
    }
}
