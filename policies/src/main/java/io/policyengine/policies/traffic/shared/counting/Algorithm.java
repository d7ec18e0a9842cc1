package io.policyengine.policies.traffic.shared.counting;

import io.policyengine.core.params.Doc;

/** Ways of counting. */
@Doc("Way of counting.")
public enum Algorithm {
    /** The generic cell rate algorithm. */
    GCRA,
    /** Two windows, weighed. */
    SLIDING_WINDOW,
    /** One window. */
    FIXED_WINDOW;

    /**
     * A limit that counts so.
     *
     * @param micros of the time in which so many may pass
     * @param burst that may pass at one instant, where that matters
     * @throws IllegalArgumentException if a bucket needs more than thirty-five years to run out
     */
    public Limit limit(Limit.Named named, long micros, long requests, long burst) {
        return switch (this) {
            case GCRA -> named.bucket((double) micros / requests, burst);
            case FIXED_WINDOW -> named.fixedWindow(micros, requests);
            case SLIDING_WINDOW -> named.slidingWindow(micros, requests);
        };
    }
}
