package io.policyengine.policies.traffic.shared.limit;

import io.policyengine.core.params.Doc;

/** The algorithms by which limits count requests. */
@Doc("Algorithm of counting.")
public enum Algorithm {
    /** The generic cell rate algorithm. */
    GCRA,
    /** A sliding window. It advances in steps of a twentieth of its length. */
    SLIDING_WINDOW,
    /** Windows of fixed length. Each begins with a request. */
    FIXED_WINDOW;

    /**
     * Creates a limit with this algorithm.
     *
     * @param micros length of the interval, in microseconds
     * @param burst requests that may pass at the same instant; only used by {@link #GCRA}
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
