package io.policyengine.policies.traffic.idempotency;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.ResponseView;
import io.policyengine.policies.traffic.shared.storedresponse.KeptFields;
import java.util.Set;

/** The rules that determine which responses are stored for a replay, and with which header fields. */
final class ReplayRules {
    /** Maximum size of the header fields of a response stored under an idempotency key, in octets. */
    static final int MAX_FIELDS = 16_384;

    /** Statuses of requests that were not run, so that the client must try again. */
    private static final Set<Integer> TO_BE_RETRIED = Set.of(408, 425, 429);

    private static final int PARTIAL = 206;
    private static final int SERVER_ERRORS = 500;

    private static final Set<String> NOT_KEPT = Set.of(Replay.FIELD);

    private final boolean keepsServerErrors;

    ReplayRules(boolean keepsServerErrors) {
        this.keepsServerErrors = keepsServerErrors;
    }

    /** Returns whether a response with this status is final, so that further attempts cannot change it. */
    boolean isFinal(int status) {
        return status >= 200 && !TO_BE_RETRIED.contains(status) && (status < SERVER_ERRORS || keepsServerErrors);
    }

    /**
     * Returns whether the response can be replayed from its header fields and body. The fields must be within the
     * bounds. gRPC responses cannot be replayed, since their status is in the trailers. A partial body cannot be
     * replayed, since another request may ask for another part (RFC 9110 §15.3.7).
     */
    static boolean canBeKept(ResponseView response, HeaderMap kept) {
        String type = response.headers().get("content-type");
        return (type == null || !HeaderMap.lowerCase(type).startsWith("application/grpc"))
                && response.status() != PARTIAL
                && !response.headers().contains("content-range")
                && response.headers().octets() <= MAX_FIELDS
                && KeptFields.canBeGiven(kept);
    }

    static HeaderMap kept(HeaderMap headers) {
        return KeptFields.of(headers, NOT_KEPT);
    }
}
