package io.policyengine.core.instruction;

import io.policyengine.core.http.HeaderMap;
import io.vertx.core.buffer.Buffer;

/**
 * A response that is sent to the client immediately.
 *
 * @param status 200 to 599
 * @param body omitted for the status 204, 205 or 304
 * @param reason a code of {@link DenialReason} or another code; appears in Envoy's response code details
 * @param tellsRequestId whether the kernel adds the member {@code request_id} to the body, which must be a JSON object
 *     without this member
 */
public record ImmediateResponse(int status, HeaderMap headers, Buffer body, String reason, boolean tellsRequestId) {
    /** Creates a response whose body is sent unchanged. */
    public ImmediateResponse(int status, HeaderMap headers, Buffer body, String reason) {
        this(status, headers, body, reason, false);
    }

    /** Creates a response of content type {@code application/json}. */
    public static ImmediateResponse json(int status, String json, DenialReason reason) {
        return new ImmediateResponse(
                status, HeaderMap.of("content-type", "application/json"), Buffer.buffer(json), reason.code());
    }

    /** Returns whether the response refuses the request. Any other response answers it in place of the upstream. */
    public boolean isDenial() {
        return status < 200 || status >= 400;
    }

    public ImmediateResponse withHeaders(HeaderMap changed) {
        return new ImmediateResponse(status, changed, body, reason, tellsRequestId);
    }

    /** Returns a copy to whose body the kernel adds the member {@code request_id}. */
    public ImmediateResponse tellingRequestId() {
        return new ImmediateResponse(status, headers, body, reason, true);
    }

    /** Returns a copy with an additional header field. */
    public ImmediateResponse withHeader(String name, String value) {
        return new ImmediateResponse(
                status, headers.toBuilder().append(name, value).build(), body, reason, tellsRequestId);
    }
}
