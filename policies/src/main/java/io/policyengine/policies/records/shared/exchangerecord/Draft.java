package io.policyengine.policies.records.shared.exchangerecord;

import io.policyengine.core.http.RequestView;
import io.policyengine.core.http.ResponseView;
import io.policyengine.core.policy.Metadata;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The record of a running exchange. Immutable.
 *
 * @param requestId for users, and the id of the record
 * @param begunNanos time of its request; empty if only the response was seen
 * @param request as the client sent it, as far as it was seen, without body
 * @param response when it was seen, without body; null before
 * @param metadata left by policies
 * @param requestBody the recorded part of the body
 * @param responseBody the recorded part of the body
 * @param requestBytes of the body, -1 if unknown
 * @param responseBytes of the body, -1 if unknown
 * @param note a small finding of the policy, or null
 */
public record Draft(
        String requestId,
        @Nullable Long begunNanos,
        RequestView request,
        @Nullable ResponseView response,
        Metadata metadata,
        @Nullable BodyCopy requestBody,
        @Nullable BodyCopy responseBody,
        long requestBytes,
        long responseBytes,
        @Nullable Object note) {
    /** Estimated bytes of a record in addition to headers and bodies. */
    private static final int OVERHEAD = 1_024;

    /** Returns a copy with the current metadata. */
    public Draft with(Metadata now) {
        return new Draft(
                requestId,
                begunNanos,
                request,
                response,
                now,
                requestBody,
                responseBody,
                requestBytes,
                responseBytes,
                note);
    }

    /** Returns a copy with the response. */
    public Draft with(ResponseView seen, Metadata now, long bytes) {
        return new Draft(
                requestId, begunNanos, request, seen, now, requestBody, responseBody, requestBytes, bytes, note);
    }

    /** Returns a copy with recorded bodies; an existing one of the request stays. */
    public Draft with(Optional<BodyCopy> requested, Optional<BodyCopy> responded) {
        return new Draft(
                requestId,
                begunNanos,
                request,
                response,
                metadata,
                requestBody == null ? requested.orElse(null) : requestBody,
                responseBody == null ? responded.orElse(null) : responseBody,
                requestBytes,
                responseBytes,
                note);
    }

    /** Returns a copy with this note. */
    public Draft withNote(Object noted) {
        return new Draft(
                requestId,
                begunNanos,
                request,
                response,
                metadata,
                requestBody,
                responseBody,
                requestBytes,
                responseBytes,
                noted);
    }

    /** Returns a copy without bodies. */
    public Draft withoutBodies() {
        BodyCopy none = requestBody == null && responseBody == null ? null : BodyCopy.leftOut("overload", 0);
        return new Draft(
                requestId,
                begunNanos,
                request,
                response,
                metadata,
                requestBody == null ? null : none,
                responseBody == null ? null : none,
                requestBytes,
                responseBytes,
                note);
    }

    /** The bytes that it holds, by estimate. */
    public long size() {
        ResponseView seen = response;
        return OVERHEAD
                + request.headers().octets()
                + request.path().length()
                + (seen == null ? 0 : seen.headers().octets())
                + metadata.size()
                + (requestBody == null ? 0 : requestBody.size())
                + (responseBody == null ? 0 : responseBody.size());
    }
}
