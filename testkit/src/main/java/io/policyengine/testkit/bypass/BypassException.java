package io.policyengine.testkit.bypass;

/** Ordinary requests do not do what the deployment is said to do, so that the corpus would prove nothing. */
public final class BypassException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BypassException(String message) {
        super(message);
    }
}
