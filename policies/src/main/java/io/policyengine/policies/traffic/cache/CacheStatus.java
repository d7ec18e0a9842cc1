package io.policyengine.policies.traffic.cache;

import java.util.Locale;

/** The member that {@code cache} adds to the field Cache-Status (RFC 9211). */
final class CacheStatus {
    static final String FIELD = "cache-status";
    private static final String NAME = "policy-engine";

    /** The reasons for forwarding a request to the upstream (RFC 9211 §2.2). */
    enum Forward {
        /** The cache does not handle the request. */
        BYPASS,
        /** The cache does not answer requests with this method. */
        METHOD,
        /** The resource has no stored response. */
        URI_MISS,
        /** The stored responses do not match the fields in Vary. */
        VARY_MISS,
        /** The lookup found no usable response, for an unknown reason. */
        MISS,
        /** The client does not accept the stored response. */
        REQUEST,
        STALE;

        private final String token = name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private CacheStatus() {}

    /** Returns the member of Cache-Status for a response from the store. */
    static String hit(long ttl, String detail) {
        return NAME + "; hit; ttl=" + ttl + (detail.isEmpty() ? "" : "; detail=" + detail);
    }

    /**
     * Returns the member of Cache-Status for a response of the upstream.
     *
     * @param status status of the upstream's response if the client gets a different response, else 0
     * @param ttl seconds for which the response is fresh, if it is stored
     */
    static String forwarded(Forward why, int status, boolean stored, long ttl, String detail) {
        return NAME + "; fwd=" + why.token + (status == 0 ? "" : "; fwd-status=" + status)
                + (stored ? "; stored; ttl=" + ttl : "")
                + (detail.isEmpty() ? "" : "; detail=" + detail);
    }
}
