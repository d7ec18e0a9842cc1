package io.policyengine.testkit.bypass;

/**
 * Thrown if ordinary requests do not behave as the deployment declares, since the bypass cases would then prove
 * nothing.
 */
public final class BypassException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BypassException(String message) {
        super(message);
    }
}
