package io.policyengine.it.simulation.judge;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** When what was not as it should be: replicas, by their names, and {@link #ENVOY}. It may take some time until all is well again. */
public final class Faults {
    /** Envoy's way to the kernel. */
    public static final String ENVOY = "envoy";

    /** A health check, a pause before the next connection, and some more. */
    private static final long RECOVERY = Duration.ofSeconds(4).toNanos();

    private final List<Interval> intervals = new ArrayList<>();

    /** A time in which something was not well. */
    private static final class Interval {
        final String what;
        final long begin;
        long end;

        Interval(String what, long begin, long end) {
            this.what = what;
            this.begin = begin;
            this.end = end;
        }
    }

    /** From now on it is not well. */
    public void begin(String what, long now) {
        intervals.add(new Interval(what, now, Long.MAX_VALUE - RECOVERY));
    }

    /** What was wrong with it is mended now. */
    public void end(String what, long now) {
        for (Interval interval : intervals) {
            if (interval.what.equals(what)) {
                interval.end = Math.min(interval.end, now);
            }
        }
    }

    /** Whether it may have been disturbed between these moments. */
    boolean disturbed(String what, long from, long to) {
        return intervals.stream()
                .anyMatch(interval ->
                        interval.what.equals(what) && interval.begin <= to && interval.end + RECOVERY >= from);
    }
}
