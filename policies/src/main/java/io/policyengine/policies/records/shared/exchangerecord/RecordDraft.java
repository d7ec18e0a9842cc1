package io.policyengine.policies.records.shared.exchangerecord;

import io.policyengine.core.http.RequestView;
import io.policyengine.core.http.ResponseView;
import io.policyengine.core.policy.Metadata;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The draft of an exchange's record. Immutable.
 *
 * @param requestId the id for users, which is also the id of the record
 * @param begunNanos time of the request; null if only the response was seen
 * @param request the client's request, without body
 * @param response without body; null until the response is seen
 * @param metadata values that policies have set for the exchange
 * @param note a finding of the recording policy, such as token usage; null if there is none
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
     * @param ofRequest the recorded part of the request's body
     * @param ofResponse the recorded part of the response's body
     * @param requestBytes length of the request's body; -1 if unknown
     * @param responseBytes length of the response's body; -1 if unknown
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

    /** Creates a draft; {@code requestBytes} is -1 if unknown. */
    static RecordDraft begun(
            String requestId, @Nullable Long begunNanos, RequestView request, Metadata metadata, long requestBytes) {
        return new RecordDraft(
                requestId, begunNanos, request, null, metadata, new Bodies(null, null, requestBytes, -1), null);
    }

    /** Returns the recorded part of the request's body, or null if absent. */
    public @Nullable RecordedBody requestBody() {
        return bodies.ofRequest();
    }

    /** Returns the recorded part of the response's body, or null if absent. */
    public @Nullable RecordedBody responseBody() {
        return bodies.ofResponse();
    }

    /** Returns the length of the request's body, or -1 if unknown. */
    public long requestBytes() {
        return bodies.requestBytes();
    }

    /** Returns the length of the response's body, or -1 if unknown. */
    public long responseBytes() {
        return bodies.responseBytes();
    }

    /** Estimated bytes of a draft in addition to its headers and bodies. */
    private static final int OVERHEAD = 1_024;

    private RecordDraft with(Bodies changed) {
        return new RecordDraft(requestId, begunNanos, request, response, metadata, changed, note);
    }

    public RecordDraft with(Metadata now) {
        return new RecordDraft(requestId, begunNanos, request, response, now, bodies, note);
    }

    public RecordDraft with(ResponseView seen, Metadata now, long bytes) {
        Bodies changed = new Bodies(requestBody(), responseBody(), requestBytes(), bytes);
        return new RecordDraft(requestId, begunNanos, request, seen, now, changed, note);
    }

    /** Returns a copy to which recorded bodies are added. A body that is already recorded is kept. */
    public RecordDraft with(Optional<RecordedBody> requested, Optional<RecordedBody> responded) {
        return with(bodies.recorded(
                requestBody() == null ? requested.orElse(null) : requestBody(),
                responseBody() == null ? responded.orElse(null) : responseBody()));
    }

    public RecordDraft withNote(Object noted) {
        return new RecordDraft(requestId, begunNanos, request, response, metadata, bodies, noted);
    }

    /** Returns a copy in which bodies are left out. */
    public RecordDraft withoutBodies() {
        RecordedBody none =
                requestBody() == null && responseBody() == null ? null : RecordedBody.leftOut("overload", 0);
        return with(bodies.recorded(requestBody() == null ? null : none, responseBody() == null ? null : none));
    }

    /** Returns the estimated size in bytes. */
    public long size() {
        ResponseView seen = response;
        return OVERHEAD
                + request.headers().octets()
                + request.rawPath().length()
                + (seen == null ? 0 : seen.headers().octets())
                + metadata.size()
                + sizeOf(requestBody())
                + sizeOf(responseBody());
    }

    private static long sizeOf(@Nullable RecordedBody body) {
        return body == null ? 0 : body.size();
    }
}
