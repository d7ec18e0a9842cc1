package io.policyengine.kernel.recorder;

import java.util.Locale;

/** The part of a route's chains for which a worker was called. */
public enum ChainPart {
    /** The request chain, on the headers or the whole message. */
    REQUEST(0),
    /** The entries of the request chain that read trailers. */
    REQUEST_TRAILERS(1),
    /** The response chain, on the headers or the whole message. */
    RESPONSE(2),
    /** The entries of the response chain that read trailers. */
    RESPONSE_TRAILERS(3),
    /** The entries of the response chain that run on the engine's own response. */
    ON_DENIAL(4);

    private final String label = name().toLowerCase(Locale.ROOT);
    private final int place;

    ChainPart(int place) {
        this.place = place;
    }

    /** Returns the fixed number of this part, which determines the numbers of its spans. */
    public int place() {
        return place;
    }

    public String label() {
        return label;
    }
}
