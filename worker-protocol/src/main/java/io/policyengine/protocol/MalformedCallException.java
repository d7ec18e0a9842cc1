package io.policyengine.protocol;

/** A message of a kernel that is not understood. Stackless: an expected outcome. */
public final class MalformedCallException extends Exception {
    private static final long serialVersionUID = 1L;

    /** A fault of a call; the message goes to the kernel. */
    public MalformedCallException(String message) {
        super(message, null, false, false);
    }
}
