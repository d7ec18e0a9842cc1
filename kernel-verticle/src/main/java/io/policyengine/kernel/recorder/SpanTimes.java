package io.policyengine.kernel.recorder;

/** The times of an exchange that only its spans use, recorded if it belongs to a trace. Reused. */
public final class SpanTimes {
    private long arrivedEpochNanos;
    private long lookupNanos;

    SpanTimes() {}

    /**
     * The route is found.
     *
     * @param epochNanos when the exchange arrived, in nanoseconds since the epoch
     * @param lookup nanoseconds that it took to find the route
     */
    public void begin(long epochNanos, long lookup) {
        arrivedEpochNanos = epochNanos;
        lookupNanos = lookup;
    }

    /** The time of arrival, in nanoseconds since the epoch. */
    public long arrivedEpochNanos() {
        return arrivedEpochNanos;
    }

    /** The time that it took to find the route, in nanoseconds. */
    public long lookupNanos() {
        return lookupNanos;
    }
}
