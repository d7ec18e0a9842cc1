package io.policyengine.kernel.recorder;

import java.util.Locale;

/** The part of a route's chains that a worker was called for. */
public enum ChainPart {
    /** The request chain, on the headers or the whole message. */
    REQUEST,
    /** Those of the request chain that look at trailers. */
    REQUEST_TRAILERS,
    /** The response chain, on the headers or the whole message. */
    RESPONSE,
    /** Those of the response chain that look at trailers. */
    RESPONSE_TRAILERS,
    /** Those of the response chain that are applied to an answer of the engine's own. */
    ON_DENIAL;

    private final String label = name().toLowerCase(Locale.ROOT);

    /** The name as it is told. */
    public String label() {
        return label;
    }
}
