package io.policyengine.policies.traffic.shared.limit;

import io.policyengine.core.params.Doc;

/** The algorithms of limits. */
@Doc("Way of counting.")
public enum Algorithm {
    /** The generic cell rate algorithm. */
    GCRA,
    /** Two weighted windows. */
    SLIDING_WINDOW,
    /** A single window. */
    FIXED_WINDOW;

    /**
     * Returns a limit with this algorithm.
     *
     * @param micros length of the interval
     * @param burst requests that may pass at one instant, if applicable
     * @throws IllegalArgumentException if a bucket needs more than thirty-five years to drain
     */
    public Limit limit(Limit.Named named, long micros, long requests, long burst) {
        return switch (this) {
            case GCRA -> named.bucket((double) micros / requests, burst);
            case FIXED_WINDOW -> named.fixedWindow(micros, requests);
            case SLIDING_WINDOW -> named.slidingWindow(micros, requests);
        };
    }
}
