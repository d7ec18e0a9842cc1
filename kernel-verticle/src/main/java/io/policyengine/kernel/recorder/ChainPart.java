package io.policyengine.kernel.recorder;

import java.util.Locale;

/** The part of a route's chains that a worker was called for. */
public enum ChainPart {
    /** The request chain, on the headers or the whole message. */
    REQUEST(0),
    /** The entries of the request chain that read trailers. */
    REQUEST_TRAILERS(1),
    /** The response chain, on the headers or the whole message. */
    RESPONSE(2),
    /** The entries of the response chain that read trailers. */
    RESPONSE_TRAILERS(3),
    /** The entries of the response chain that are applied to a response of the engine. */
    ON_DENIAL(4);

    private final String label = name().toLowerCase(Locale.ROOT);
    private final int place;

    ChainPart(int place) {
        this.place = place;
    }

    /** The place among the parts, which does not change: spans are numbered by it. */
    public int place() {
        return place;
    }

    /** The label of the part. */
    public String label() {
        return label;
    }
}
