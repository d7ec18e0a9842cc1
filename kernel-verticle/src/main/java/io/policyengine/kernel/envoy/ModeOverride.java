package io.policyengine.kernel.envoy;

import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.BodySendMode;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.HeaderSendMode;

/**
 * Asks Envoy for another processing mode ({@code ProcessingResponse.mode_override}).
 *
 * <p>Envoy takes body modes verbatim, so that one left out means NONE: every field is always given. Whether it honours the
 * request shows only the next message.
 */
final class ModeOverride {
    /** Nothing more: no bodies, no trailers, no response. */
    static final ProcessingMode END_AFTER_REQUEST_HEADERS = ProcessingMode.newBuilder()
            .setRequestHeaderMode(HeaderSendMode.SEND)
            .setResponseHeaderMode(HeaderSendMode.SKIP)
            .setRequestBodyMode(BodySendMode.NONE)
            .setResponseBodyMode(BodySendMode.NONE)
            .setRequestTrailerMode(HeaderSendMode.SKIP)
            .setResponseTrailerMode(HeaderSendMode.SKIP)
            .build();

    private ModeOverride() {}
}
