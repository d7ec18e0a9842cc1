package io.policyengine.kernel.metrics;

import io.micrometer.core.instrument.Counter;
import io.policyengine.core.metrics.Durations;
import io.policyengine.core.metrics.TraceIds;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;

/** The meters of calls to one worker for one route. They are made with the first call: of many routes, few are ever used. */
public final class CallMeters {
    private final OnDemand<Meters> meters;

    /** The meters, once they are made. */
    record Meters(Map<CallStatus, Counter> counters, Durations duration, Counter timeouts) {}

    CallMeters(Supplier<Meters> make) {
        this.meters = new OnDemand<>(make);
    }

    /** Makes the meters, while the route is there. */
    void prepare() {
        meters.get();
    }

    /** Counts a call of an exchange that belongs to this trace. */
    public void record(CallStatus status, long nanos, TraceIds trace) {
        count(status);
        meters.get().duration().record(nanos, trace);
    }

    /** Counts without a duration, if nothing was called, or if a call that was answered failed later, on a chunk of the body. */
    public void count(CallStatus status) {
        Objects.requireNonNull(meters.get().counters().get(status)).increment();
        if (status == CallStatus.TIMEOUT) {
            meters.get().timeouts().increment();
        }
    }
}
