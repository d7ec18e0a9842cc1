package io.policyengine.core.metrics;

import java.time.Duration;

/** The bucket bounds of histograms. */
public final class MetricBuckets {
    private MetricBuckets() {}

    /** Returns the bucket bounds of all classic histograms of durations, from 50 µs to 1 s. */
    public static Duration[] durations() {
        return new Duration[] {
            Duration.ofNanos(50_000),
            Duration.ofNanos(100_000),
            Duration.ofNanos(250_000),
            Duration.ofNanos(500_000),
            Duration.ofMillis(1),
            Duration.ofMillis(5),
            Duration.ofMillis(10),
            Duration.ofMillis(25),
            Duration.ofMillis(50),
            Duration.ofMillis(100),
            Duration.ofMillis(250),
            Duration.ofMillis(500),
            Duration.ofSeconds(1)
        };
    }
}
