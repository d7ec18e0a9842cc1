package io.policyengine.core.lookup;

import java.time.Duration;

/** Converts durations to nanoseconds that can be added to each other and to a time. */
final class Times {
    /** Limit of a duration, some 73 years: two of them and a time do not overflow. */
    private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE / 4);

    private Times() {}

    static long nanos(Duration duration) {
        return duration.compareTo(LONGEST) > 0 ? LONGEST.toNanos() : duration.toNanos();
    }
}
