package io.policyengine.core.metrics;

import io.micrometer.core.instrument.Timer;
import java.util.concurrent.TimeUnit;

/** A timer of one series whose values may belong to traces: then some of them are exemplars. Thread-safe. */
public final class Durations {
    private final Timer timer;

    Durations(Timer timer) {
        this.timer = timer;
    }

    /**
     * Records a duration. Nothing new comes into memory unless the trace is sampled, and the value becomes an exemplar.
     *
     * @param trace that it belongs to
     */
    public void record(long nanos, TraceIds trace) {
        timer.record(nanos, TimeUnit.NANOSECONDS);
        if (trace.isSampled() && timer instanceof DurationTimer traced) {
            traced.offer(nanos, trace);
        }
    }
}
