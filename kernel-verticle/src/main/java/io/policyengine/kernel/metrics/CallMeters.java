package io.policyengine.kernel.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** The meters of calls to one worker for one route. */
public record CallMeters(Map<CallStatus, Counter> counters, Timer duration, Counter timeouts) {
    /** Counts a call. */
    public void record(CallStatus status, long nanos) {
        count(status);
        duration.record(nanos, TimeUnit.NANOSECONDS);
    }

    /** Counts without a duration: where nothing was called, or a call that was answered failed on a piece of the body. */
    public void count(CallStatus status) {
        Objects.requireNonNull(counters.get(status)).increment();
        if (status == CallStatus.TIMEOUT) {
            timeouts.increment();
        }
    }
}
