package io.policyengine.kernel.envoy;

import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.BodySendMode;

/** How Envoy sends a body ({@code processing_mode.proto: BodySendMode}). */
public enum BodyMode {
    /** Not at all. */
    NONE,
    /** Chunk by chunk, each answered. */
    STREAMED,
    /** As one message. */
    BUFFERED,
    /** As one message up to the buffer limit. */
    BUFFERED_PARTIAL,
    /** As a stream that is answered by another stream. */
    FULL_DUPLEX_STREAMED;

    /** The mode of Envoy's message; what Envoy does not implement acts as {@link #NONE}. */
    static BodyMode of(BodySendMode mode) {
        return switch (mode) {
            case STREAMED -> STREAMED;
            case BUFFERED -> BUFFERED;
            case BUFFERED_PARTIAL -> BUFFERED_PARTIAL;
            case FULL_DUPLEX_STREAMED -> FULL_DUPLEX_STREAMED;
            case NONE, UNRECOGNIZED -> NONE;
        };
    }
}
