package io.policyengine.policies.records.shared.exchangerecord;

import io.policyengine.core.http.RequestView;
import io.policyengine.core.http.ResponseView;
import io.policyengine.core.policy.Metadata;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The record of an exchange that has not ended. Immutable.
 *
 * @param requestId for people, and the id of the record
 * @param begunNanos when its request was seen; empty if only its response was
 * @param request as the client sent it, as far as it was seen, without body
 * @param response as it was when it was seen, without body; null before
 * @param metadata what policies have left
 * @param requestBody what is recorded of the body
 * @param responseBody what is recorded of the body
 * @param requestBytes of the body, -1 if it is not known
 * @param responseBytes of the body, -1 if it is not known
 * @param note something small that the policy has found out; null if nothing
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
    /** Bytes that a record takes beside headers and bodies, by estimate. */
    private static final int OVERHEAD = 1_024;

    /** The same with what policies have left by now. */
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

    /** The same after its response. */
    public Draft with(ResponseView seen, Metadata now, long bytes) {
        return new Draft(
                requestId, begunNanos, request, seen, now, requestBody, responseBody, requestBytes, bytes, note);
    }

    /** The same with what is recorded of bodies; of the request's nothing that is there is replaced. */
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

    /** The same with this note. */
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

    /** The same without bodies. */
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
