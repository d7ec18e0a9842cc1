package io.policyengine.policies.traffic.shared.limit;

import io.policyengine.core.params.Doc;

/** The algorithms of limits. */
@Doc("Algorithm of counting.")
public enum Algorithm {
    /** The generic cell rate algorithm. */
    GCRA,
    /** A sliding window, whose requests stop counting in twenty steps. */
    SLIDING_WINDOW,
    /** Windows of fixed length, each of which begins with a request. */
    FIXED_WINDOW;

    /**
     * Returns a limit with this algorithm.
     *
     * @param micros length of the interval
     * @param burst requests that may pass at one instant; used by {@link #GCRA} only
     * @throws IllegalArgumentException if a full bucket would need more than thirty-five years to drain
     */
    public Limit limit(Limit.Named named, long micros, long requests, long burst) {
        return switch (this) {
            case GCRA -> named.bucket((double) micros / requests, burst);
            case FIXED_WINDOW -> named.fixedWindow(micros, requests);
            case SLIDING_WINDOW -> named.slidingWindow(micros, requests);
        };
    }
}
