package io.policyengine.protocol;

/** Thrown for a malformed message from a kernel. Expected, so the exception has no stack trace. */
public final class MalformedCallException extends Exception {
    private static final long serialVersionUID = 1L;

    /** Creates an exception. Its message is sent to the kernel. */
    public MalformedCallException(String message) {
        super(message, null, false, false);
    }
}
