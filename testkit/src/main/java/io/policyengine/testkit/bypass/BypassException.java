package io.policyengine.testkit.bypass;

/** Thrown when ordinary requests do not behave as the deployment declares, so that the corpus would prove nothing. */
public final class BypassException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BypassException(String message) {
        super(message);
    }
}
