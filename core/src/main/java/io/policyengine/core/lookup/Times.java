package io.policyengine.core.lookup;

import java.time.Duration;

/** Converts durations to nanoseconds. The sum of two results and a time does not overflow. */
final class Times {
    /** Maximum duration in a lookup, about 73 years. The sum of two such durations and a time does not overflow. */
    private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE / 4);

    private Times() {}

    static long nanos(Duration duration) {
        return duration.compareTo(LONGEST) > 0 ? LONGEST.toNanos() : duration.toNanos();
    }
}
