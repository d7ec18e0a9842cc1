package io.policyengine.kernel.envoy;

import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.BodySendMode;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.HeaderSendMode;

/**
 * The request to Envoy for another processing mode ({@code ProcessingResponse.mode_override}).
 *
 * <p>Envoy takes body modes verbatim, so that one left out means NONE: every field is always given. Trailers are asked for with a body,
 * because they may be all that tells its end, and for policies that look at them. Only the next message shows whether Envoy honours the request.
 *
 * @param requestBody how the request body is to come
 * @param responseHeaders whether the response headers are wanted
 * @param responseBody how the response body is to come
 * @param requestTrailers whether policies look at the request's trailers
 * @param responseTrailers whether policies look at the response's trailers
 */
public record ModeOverride(
        BodyMode requestBody,
        boolean responseHeaders,
        BodyMode responseBody,
        boolean requestTrailers,
        boolean responseTrailers) {
    /** Nothing more: no bodies, no trailers, no response. */
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
