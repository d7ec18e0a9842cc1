package io.policyengine.core.metrics;

import io.micrometer.core.instrument.Timer;
import java.util.concurrent.TimeUnit;

/** Records the durations of one series, and keeps some traced values as exemplars. Thread-safe. */
public final class Durations {
    private final Timer timer;

    Durations(Timer timer) {
        this.timer = timer;
    }

    /**
     * Records a duration. Allocates only if the trace is sampled and the value becomes an exemplar.
     *
     * @param trace the trace of the work that was measured
     */
    public void record(long nanos, TraceIds trace) {
        timer.record(nanos, TimeUnit.NANOSECONDS);
        if (trace.isSampled() && timer instanceof DurationTimer traced) {
            traced.offer(nanos, trace);
        }
    }
}
