package io.policyengine.core.instruction;

import io.policyengine.core.http.HeaderMap;
import io.vertx.core.buffer.Buffer;

/**
 * Answers the client at once.
 *
 * @param status 200 to 599
 * @param body left out where the status is 204, 205 or 304
 * @param reason one of {@link DenialReason}'s codes, or one's own; reaches Envoy's response code details
 * @param tellsRequestId whether the kernel adds the member {@code request_id} to the body, which is a JSON object without one
 */
public record ImmediateResponse(int status, HeaderMap headers, Buffer body, String reason, boolean tellsRequestId) {
    /** An answer whose body goes to the client as it is. */
    public ImmediateResponse(int status, HeaderMap headers, Buffer body, String reason) {
        this(status, headers, body, reason, false);
    }

    /** A JSON answer. */
    public static ImmediateResponse json(int status, String json, DenialReason reason) {
        return new ImmediateResponse(
                status, HeaderMap.of("content-type", "application/json"), Buffer.buffer(json), reason.code());
    }

    /** The same with these header fields instead. */
    public ImmediateResponse withHeaders(HeaderMap changed) {
        return new ImmediateResponse(status, changed, body, reason, tellsRequestId);
    }

    /** The same, in whose body the kernel tells the id of the request: by the member {@code request_id}. */
    public ImmediateResponse tellingRequestId() {
        return new ImmediateResponse(status, headers, body, reason, true);
    }

    /** The same with one more header field. */
    public ImmediateResponse withHeader(String name, String value) {
        return new ImmediateResponse(
                status, headers.toBuilder().append(name, value).build(), body, reason, tellsRequestId);
    }
}
