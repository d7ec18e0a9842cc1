package io.policyengine.kernel.envoy;

import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.BodySendMode;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.HeaderSendMode;

/**
 * A request to Envoy for another processing mode ({@code ProcessingResponse.mode_override}).
 *
 * <p>Every field is always set, because Envoy reads an omitted body mode as NONE. Trailers are requested for policies
 * that read them, and with every body, since they may be the only sign of the body's end. Whether Envoy honours the
 * request is only known when the next message arrives.
 *
 * @param requestBody mode of the request body
 * @param responseHeaders whether the response headers are sent
 * @param responseBody mode of the response body
 * @param requestTrailers whether policies read the request's trailers, or fields must be removed from them
 * @param responseTrailers whether policies read the response's trailers
 */
public record ModeOverride(
        BodyMode requestBody,
        boolean responseHeaders,
        BodyMode responseBody,
        boolean requestTrailers,
        boolean responseTrailers) {
    /** The request to send no further messages: no bodies, no trailers, no response. */
    public static final ModeOverride END_AFTER_REQUEST_HEADERS =
            new ModeOverride(BodyMode.NONE, false, BodyMode.NONE, false, false);

    ProcessingMode proto() {
        return ProcessingMode.newBuilder()
                .setRequestHeaderMode(HeaderSendMode.SEND)
                .setResponseHeaderMode(send(responseHeaders))
                .setRequestBodyMode(mode(requestBody))
                .setResponseBodyMode(mode(responseBody))
                .setRequestTrailerMode(send(requestBody.sendsBody() || requestTrailers))
                .setResponseTrailerMode(send(responseBody.sendsBody() || responseTrailers))
                .build();
    }

    private static HeaderSendMode send(boolean wanted) {
        return wanted ? HeaderSendMode.SEND : HeaderSendMode.SKIP;
    }

    private static BodySendMode mode(BodyMode mode) {
        return switch (mode) {
            case NONE -> BodySendMode.NONE;
            case STREAMED -> BodySendMode.STREAMED;
            case BUFFERED -> BodySendMode.BUFFERED;
            case BUFFERED_PARTIAL -> BodySendMode.BUFFERED_PARTIAL;
            case FULL_DUPLEX_STREAMED -> BodySendMode.FULL_DUPLEX_STREAMED;
        };
    }
}
