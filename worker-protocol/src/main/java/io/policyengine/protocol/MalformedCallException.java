package io.policyengine.protocol;

/** A message of a kernel that is not understood. Stackless: an expected outcome. */
public final class MalformedCallException extends Exception {
    private static final long serialVersionUID = 1L;

    /** Creates a fault whose message is sent to the kernel. */
    public MalformedCallException(String message) {
        super(message, null, false, false);
    }
}
