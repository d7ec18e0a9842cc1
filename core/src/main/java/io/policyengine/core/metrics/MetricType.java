package io.policyengine.core.metrics;

/** The kind of a meter. */
public enum MetricType {
    /** A number that only increases. */
    COUNTER("counter"),
    /** A value that may rise and fall. */
    GAUGE("gauge"),
    /** A histogram of durations, in seconds. */
    TIMER("histogram"),
    /** A histogram of numbers that are not durations. */
    SUMMARY("histogram");

    private final String prometheus;

    MetricType(String prometheus) {
        this.prometheus = prometheus;
    }

    /** The name of the type in Prometheus. */
    public String prometheus() {
        return prometheus;
    }
}
