package io.policyengine.kernel.recorder;

/** The times of an exchange that only its spans use, recorded if it has a trace. Reused. */
public final class SpanTimes {
    private long arrivedEpochNanos;
    private long lookupNanos;

    SpanTimes() {}

    /**
     * Records that the route was found.
     *
     * @param epochNanos arrival of the exchange, in nanoseconds since the epoch
     * @param lookup duration of the route lookup, in nanoseconds
     */
    public void begin(long epochNanos, long lookup) {
        arrivedEpochNanos = epochNanos;
        lookupNanos = lookup;
    }

    /** Returns the time of arrival, in nanoseconds since the epoch. */
    public long arrivedEpochNanos() {
        return arrivedEpochNanos;
    }

    /** Returns the duration of the route lookup, in nanoseconds. */
    public long lookupNanos() {
        return lookupNanos;
    }
}
