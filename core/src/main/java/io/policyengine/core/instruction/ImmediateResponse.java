package io.policyengine.core.instruction;

import io.policyengine.core.http.HeaderMap;
import io.vertx.core.buffer.Buffer;

/**
 * Answers the client at once.
 *
 * @param status 200 to 599
 * @param body left out where the status is 204, 205 or 304
 * @param reason one of {@link DenialReason}'s codes, or one's own; reaches Envoy's response code details
 */
public record ImmediateResponse(int status, HeaderMap headers, Buffer body, String reason) {
    /** A JSON answer. */
    public static ImmediateResponse json(int status, String json, DenialReason reason) {
        return new ImmediateResponse(
                status, HeaderMap.of("content-type", "application/json"), Buffer.buffer(json), reason.code());
    }

    /** The same with these header fields instead. */
    public ImmediateResponse withHeaders(HeaderMap changed) {
        return new ImmediateResponse(status, changed, body, reason);
    }

    /** The same with one more header field. */
    public ImmediateResponse withHeader(String name, String value) {
        return new ImmediateResponse(
                status, headers.toBuilder().append(name, value).build(), body, reason);
    }
}
