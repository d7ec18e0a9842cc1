package io.policyengine.policies.ai.semanticcache;

/**
 * The member that {@code semanticCache} adds to the field Cache-Status (RFC 9211). The policy {@code cache} adds
 * another member.
 */
final class SemanticCacheStatus {
    static final String FIELD = "cache-status";
    private static final String NAME = "policy-engine-semantic";

    /** Reasons to send a request to the upstream (RFC 9211 §2.2). */
    enum Forward {
        /** The request is not looked up. */
        BYPASS("bypass"),
        /** The client wants a new answer. */
        REQUEST("request"),
        /** The lookup found no stored answer to an equivalent question. */
        MISS("miss");

        private final String token;

        Forward(String token) {
            this.token = token;
        }

        String token() {
            return token;
        }
    }

    private SemanticCacheStatus() {}

    /**
     * Returns the value of Cache-Status for an answer from the store.
     *
     * @param ttl seconds until the stored answer expires
     * @param isSame true if the stored question has the same text, false if it is only equivalent
     */
    static String hit(long ttl, boolean isSame) {
        return NAME + "; hit; ttl=" + ttl + "; detail=" + (isSame ? "same" : "similar");
    }

    /**
     * Returns the value of Cache-Status for an answer of the upstream.
     *
     * @param forward a token of {@link Forward}
     * @param detail token for the reason why the answer was not stored or not found; empty for none
     */
    static String forwarded(String forward, String detail) {
        return NAME + "; fwd=" + forward + (detail.isEmpty() ? "" : "; detail=" + detail);
    }
}
