package io.policyengine.policies.ai.semanticcache.question;

/**
 * The exception for a request that bypasses the cache: it gets no stored answer, and its answer is not stored. It has
 * no stack trace, since such requests are expected.
 */
public final class UnfitRequestException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String reason;

    /** Creates an exception with a reason, which is a token for Cache-Status. */
    public UnfitRequestException(String reason) {
        super(reason, null, false, false);
        this.reason = reason;
    }

    public String reason() {
        return reason;
    }
}
