package io.policyengine.core.metrics;

/** The kind of a meter. */
public enum MetricType {
    /** Grows. */
    COUNTER("counter"),
    /** A value of now. */
    GAUGE("gauge"),
    /** A histogram of durations, in seconds. */
    TIMER("histogram"),
    /** A histogram of numbers. */
    SUMMARY("histogram");

    private final String prometheus;

    MetricType(String prometheus) {
        this.prometheus = prometheus;
    }

    /** The type that Prometheus knows. */
    public String prometheus() {
        return prometheus;
    }
}
