package io.policyengine.kernel.envoy;

import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.BodySendMode;

/** The mode in which Envoy sends a body ({@code processing_mode.proto: BodySendMode}), with what follows from it. */
public enum BodyMode {
    /** The body is not sent. */
    NONE,
    /** Chunk by chunk, each answered. */
    STREAMED,
    /** The body is sent as one message. */
    BUFFERED,
    /** The body is sent as one message up to the buffer limit. */
    BUFFERED_PARTIAL,
    /** The body is sent as a stream and answered by another stream. */
    FULL_DUPLEX_STREAMED;

    /** True if Envoy sends the body at all. */
    public boolean sendsBody() {
        return switch (this) {
            case STREAMED, BUFFERED, BUFFERED_PARTIAL, FULL_DUPLEX_STREAMED -> true;
            case NONE -> false;
        };
    }

    /** True if the body comes in chunks, of which each may go on before the rest has come; else in one message, or in none. */
    public boolean isInChunks() {
        return switch (this) {
            case STREAMED, FULL_DUPLEX_STREAMED -> true;
            case NONE, BUFFERED, BUFFERED_PARTIAL -> false;
        };
    }

    /** True if one message holds all of the body, also where trailers follow. */
    public boolean isWhole() {
        return switch (this) {
            case BUFFERED -> true;
            case NONE, STREAMED, BUFFERED_PARTIAL, FULL_DUPLEX_STREAMED -> false;
        };
    }

    /** True if the one message may hold a part of the body, of which the rest passes unseen. */
    public boolean mayCutOff() {
        return switch (this) {
            case BUFFERED_PARTIAL -> true;
            case NONE, STREAMED, BUFFERED, FULL_DUPLEX_STREAMED -> false;
        };
    }

    /** True if each body message gets one answer; otherwise bytes are given to Envoy in any number of answers. */
    public boolean isAnsweredOneByOne() {
        return switch (this) {
            case NONE, STREAMED, BUFFERED, BUFFERED_PARTIAL -> true;
            case FULL_DUPLEX_STREAMED -> false;
        };
    }

    /** True if Envoy gives up waiting for an answer after its {@code message_timeout}. */
    public boolean hasMessageTimeout() {
        return switch (this) {
            case NONE, STREAMED, BUFFERED, BUFFERED_PARTIAL -> true;
            case FULL_DUPLEX_STREAMED -> false;
        };
    }

    /** True if Envoy always sends trailers, regardless of its trailer mode. */
    public boolean alwaysSendsTrailers() {
        return switch (this) {
            case NONE, STREAMED, BUFFERED, BUFFERED_PARTIAL -> false;
            case FULL_DUPLEX_STREAMED -> true;
        };
    }

    /** True if Envoy takes another mode in its place, and for the other direction ({@code mode_override}). */
    public boolean canBeOverridden() {
        return switch (this) {
            case NONE, STREAMED, BUFFERED, BUFFERED_PARTIAL -> true;
            case FULL_DUPLEX_STREAMED -> false;
        };
    }

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
