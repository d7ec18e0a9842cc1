package io.policyengine.kernel.body;

import io.policyengine.kernel.envoy.BodyMode;
import io.policyengine.kernel.plan.BodyUse;
import org.jspecify.annotations.Nullable;

/** The engine's processing of a body, which follows from the chain's use of it and Envoy's mode. */
enum BodyPath {
    /** The body passes unread. */
    PASS,
    /** The body arrives in one message. */
    WHOLE,
    /** The body arrives in chunks and is gathered; the headers are answered after it. */
    GATHER,
    /** The body passes through chunk functions. */
    CHUNKS;

    /** The path, or null if the chain cannot be served in this mode. */
    static @Nullable BodyPath of(BodyUse use, BodyMode mode) {
        return switch (use) {
            case NONE -> PASS;
            case WHOLE ->
                switch (mode) {
                    case BUFFERED, BUFFERED_PARTIAL -> WHOLE;
                    case FULL_DUPLEX_STREAMED -> GATHER;
                    // Withheld answers would stop Envoy, and the headers are forwarded before the body is whole.
                    case STREAMED, NONE -> null;
                };
            case CHUNKS ->
                switch (mode) {
                    case BUFFERED, BUFFERED_PARTIAL, STREAMED, FULL_DUPLEX_STREAMED -> CHUNKS;
                    case NONE -> null;
                };
        };
    }

    boolean isWhole() {
        return this == WHOLE || this == GATHER;
    }

    /** The mode to ask Envoy for if it sends no body. */
    static BodyMode wanted(BodyUse use) {
        return switch (use) {
            case NONE -> BodyMode.NONE;
            case WHOLE -> BodyMode.BUFFERED;
            case CHUNKS -> BodyMode.STREAMED;
        };
    }
}
