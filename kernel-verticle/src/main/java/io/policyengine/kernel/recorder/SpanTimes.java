package io.policyengine.kernel.recorder;

/**
 * The times of an exchange that only its spans use. They are recorded if the exchange has a trace. The object is reused
 * for other exchanges.
 */
public final class SpanTimes {
    private long arrivedEpochNanos;
    private long lookupNanos;

    SpanTimes() {}

    /**
     * Records that the route was found.
     *
     * @param epochNanos arrival of the exchange, in nanoseconds since the epoch
     * @param lookup duration of the search for the route, in nanoseconds
     */
    public void begin(long epochNanos, long lookup) {
        arrivedEpochNanos = epochNanos;
        lookupNanos = lookup;
    }

    /** Returns the time of arrival, in nanoseconds since the epoch. */
    public long arrivedEpochNanos() {
        return arrivedEpochNanos;
    }

    /** Returns the duration of the search for the route, in nanoseconds. */
    public long lookupNanos() {
        return lookupNanos;
    }
}
