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
 * @param note a small finding of the policy, or null
 */
public record RecordDraft(
        String requestId,
        @Nullable Long begunNanos,
        RequestView request,
        @Nullable ResponseView response,
        Metadata metadata,
        Bodies bodies,
        @Nullable Object note) {
    /**
     * The bodies of an exchange.
     *
     * @param ofRequest the recorded part of the body
     * @param ofResponse the recorded part of the body
     * @param requestBytes of the body, -1 if unknown
     * @param responseBytes of the body, -1 if unknown
     */
    record Bodies(
            @Nullable RecordedBody ofRequest,
            @Nullable RecordedBody ofResponse,
            long requestBytes,
            long responseBytes) {
        Bodies recorded(@Nullable RecordedBody request, @Nullable RecordedBody response) {
            return new Bodies(request, response, requestBytes, responseBytes);
        }
    }

    /**
     * A record that begins.
     *
     * @param requestBytes of the request's body, -1 if it is not known
     */
    static RecordDraft begun(
            String requestId, @Nullable Long begunNanos, RequestView request, Metadata metadata, long requestBytes) {
        return new RecordDraft(
                requestId, begunNanos, request, null, metadata, new Bodies(null, null, requestBytes, -1), null);
    }

    /** The record of the request's body; null if there is none. */
    public @Nullable RecordedBody requestBody() {
        return bodies.ofRequest();
    }

    /** The record of the response's body; null if there is none. */
    public @Nullable RecordedBody responseBody() {
        return bodies.ofResponse();
    }

    /** The length of the request's body, -1 if it is not known. */
    public long requestBytes() {
        return bodies.requestBytes();
    }

    /** The length of the response's body, -1 if it is not known. */
    public long responseBytes() {
        return bodies.responseBytes();
    }

    /** Estimated bytes of a record in addition to headers and bodies. */
    private static final int OVERHEAD = 1_024;

    private RecordDraft with(Bodies changed) {
        return new RecordDraft(requestId, begunNanos, request, response, metadata, changed, note);
    }

    /** Returns a copy with the current metadata. */
    public RecordDraft with(Metadata now) {
        return new RecordDraft(requestId, begunNanos, request, response, now, bodies, note);
    }

    /** Returns a copy with the response. */
    public RecordDraft with(ResponseView seen, Metadata now, long bytes) {
        Bodies changed = new Bodies(requestBody(), responseBody(), requestBytes(), bytes);
        return new RecordDraft(requestId, begunNanos, request, seen, now, changed, note);
    }

    /** Returns a copy with recorded bodies; an existing one of the request stays. */
    public RecordDraft with(Optional<RecordedBody> requested, Optional<RecordedBody> responded) {
        return with(bodies.recorded(
                requestBody() == null ? requested.orElse(null) : requestBody(),
                responseBody() == null ? responded.orElse(null) : responseBody()));
    }

    /** Returns a copy with this note. */
    public RecordDraft withNote(Object noted) {
        return new RecordDraft(requestId, begunNanos, request, response, metadata, bodies, noted);
    }

    /** Returns a copy without bodies. */
    public RecordDraft withoutBodies() {
        RecordedBody none =
                requestBody() == null && responseBody() == null ? null : RecordedBody.leftOut("overload", 0);
        return with(bodies.recorded(requestBody() == null ? null : none, responseBody() == null ? null : none));
    }

    /** The bytes that it holds, by estimate. */
    public long size() {
        ResponseView seen = response;
        return OVERHEAD
                + request.headers().octets()
                + request.path().length()
                + (seen == null ? 0 : seen.headers().octets())
                + metadata.size()
                + sizeOf(requestBody())
                + sizeOf(responseBody());
    }

    private static long sizeOf(@Nullable RecordedBody body) {
        return body == null ? 0 : body.size();
    }
}
