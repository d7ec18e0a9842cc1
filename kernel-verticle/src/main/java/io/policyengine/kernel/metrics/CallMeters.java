package io.policyengine.kernel.metrics;

import io.micrometer.core.instrument.Counter;
import io.policyengine.core.metrics.Durations;
import io.policyengine.core.metrics.TraceIds;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * The meters of calls to one worker for one route. They are created at the first call, since most routes are never
 * used.
 */
public final class CallMeters {
    private final OnDemand<Meters> meters;

    record Meters(Map<CallStatus, Counter> counters, Durations duration, Counter timeouts) {}

    CallMeters(Supplier<Meters> make) {
        this.meters = new OnDemand<>(make);
    }

    /** Creates the meters now. Called while the route still exists. */
    void prepare() {
        meters.get();
    }

    /** Counts a call, and records its duration with the exchange's trace as the exemplar. */
    public void record(CallStatus status, long nanos, TraceIds trace) {
        count(status);
        meters.get().duration().record(nanos, trace);
    }

    /**
     * Counts a call for which no duration is recorded: it was never made, or it failed on a later chunk of the body.
     */
    public void count(CallStatus status) {
        Objects.requireNonNull(meters.get().counters().get(status)).increment();
        if (status == CallStatus.TIMEOUT) {
            meters.get().timeouts().increment();
        }
    }
}
