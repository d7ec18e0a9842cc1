package io.policyengine.policies.ai.semanticcache.question;

/**
 * Reports a request that is not answered from the store, and whose answer is not stored. Expected, so it has no stack
 * trace.
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
