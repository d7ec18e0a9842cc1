package io.policyengine.kernel.envoy;

import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.BodySendMode;

/** The mode in which Envoy sends a body ({@code processing_mode.proto: BodySendMode}), with its properties. */
public enum BodyMode {
    /** The body is not sent. */
    NONE,
    /** The body is sent chunk by chunk; each chunk is answered. */
    STREAMED,
    /** The body is sent as one message. */
    BUFFERED,
    /** The body is sent as one message, cut off at the buffer limit. */
    BUFFERED_PARTIAL,
    /** The body is sent as a stream and answered by another stream. */
    FULL_DUPLEX_STREAMED;

    public boolean sendsBody() {
        return switch (this) {
            case STREAMED, BUFFERED, BUFFERED_PARTIAL, FULL_DUPLEX_STREAMED -> true;
            case NONE -> false;
        };
    }

    /** Returns whether the body is sent in chunks that can each be forwarded before the rest has arrived. */
    public boolean isInChunks() {
        return switch (this) {
            case STREAMED, FULL_DUPLEX_STREAMED -> true;
            case NONE, BUFFERED, BUFFERED_PARTIAL -> false;
        };
    }

    /** Returns whether one message contains the whole body, even if trailers follow. */
    public boolean isWhole() {
        return switch (this) {
            case BUFFERED -> true;
            case NONE, STREAMED, BUFFERED_PARTIAL, FULL_DUPLEX_STREAMED -> false;
        };
    }

    /**
     * Returns whether the only message may contain just the beginning of the body. Envoy then forwards the rest without
     * sending it to the engine.
     */
    public boolean mayCutOff() {
        return switch (this) {
            case BUFFERED_PARTIAL -> true;
            case NONE, STREAMED, BUFFERED, FULL_DUPLEX_STREAMED -> false;
        };
    }

    /**
     * Returns whether each body message gets exactly one answer. If not, the bytes may return in any number of answers.
     */
    public boolean isAnsweredOneByOne() {
        return switch (this) {
            case NONE, STREAMED, BUFFERED, BUFFERED_PARTIAL -> true;
            case FULL_DUPLEX_STREAMED -> false;
        };
    }

    /** Returns whether Envoy stops waiting for an answer after its {@code message_timeout}. */
    public boolean hasMessageTimeout() {
        return switch (this) {
            case NONE, STREAMED, BUFFERED, BUFFERED_PARTIAL -> true;
            case FULL_DUPLEX_STREAMED -> false;
        };
    }

    /** Returns whether Envoy always sends trailers, regardless of its trailer mode. */
    public boolean alwaysSendsTrailers() {
        return switch (this) {
            case NONE, STREAMED, BUFFERED, BUFFERED_PARTIAL -> false;
            case FULL_DUPLEX_STREAMED -> true;
        };
    }

    /** Returns whether Envoy accepts a {@code mode_override} for either direction while one direction has this mode. */
    public boolean canBeOverridden() {
        return switch (this) {
            case NONE, STREAMED, BUFFERED, BUFFERED_PARTIAL -> true;
            case FULL_DUPLEX_STREAMED -> false;
        };
    }

    /**
     * Returns the mode that Envoy's message names. A mode that Envoy does not implement is treated as {@link #NONE}.
     */
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
