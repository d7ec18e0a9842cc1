package io.policyengine.kernel.body;

import io.policyengine.kernel.envoy.BodyMode;
import io.policyengine.kernel.plan.BodyUse;
import org.jspecify.annotations.Nullable;

/**
 * The way in which the engine processes a body. It depends on how the chain uses the body, and on Envoy's body mode.
 */
enum BodyPath {
    /** The body passes without being read by a policy. */
    PASS,
    /** The body arrives in one message. */
    WHOLE,
    /** The body arrives in chunks and is gathered. The headers are answered after the body. */
    GATHER,
    /** The body passes through the policies' chunk functions. */
    CHUNKS;

    /** Returns how a body is processed, or null if the chain cannot be served in this body mode. */
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

    /** Returns the mode to request from Envoy if Envoy's configuration sends no body. */
    static BodyMode wanted(BodyUse use) {
        return switch (use) {
            case NONE -> BodyMode.NONE;
            case WHOLE -> BodyMode.BUFFERED;
            case CHUNKS -> BodyMode.STREAMED;
        };
    }
}
