package io.policyengine.core.metrics;

/** The kind of a meter. */
public enum MetricType {
    /** A count that only grows. */
    COUNTER("counter"),
    /** A current value. */
    GAUGE("gauge"),
    /** A histogram of durations, in seconds. */
    TIMER("histogram"),
    /** A histogram of numbers. */
    SUMMARY("histogram");

    private final String prometheus;

    MetricType(String prometheus) {
        this.prometheus = prometheus;
    }

    /** Prometheus' name of the type. */
    public String prometheus() {
        return prometheus;
    }
}
