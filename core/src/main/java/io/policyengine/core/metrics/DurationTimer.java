package io.policyengine.core.metrics;

import io.micrometer.core.instrument.AbstractTimer;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.distribution.NoopHistogram;
import io.micrometer.core.instrument.distribution.TimeWindowMax;
import io.micrometer.core.instrument.distribution.pause.PauseDetector;
import io.micrometer.core.instrument.util.TimeUtils;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import java.util.concurrent.TimeUnit;

/** A timer that records durations in a Prometheus histogram and keeps some of them as exemplars. Thread-safe. */
final class DurationTimer extends AbstractTimer {
    private final DistributionDataPoint durations;
    private final ExemplarSlots exemplars;
    private final TimeWindowMax max;

    DurationTimer(
            Id id,
            Clock clock,
            PauseDetector pauses,
            DistributionDataPoint durations,
            ExemplarSlots exemplars,
            TimeWindowMax max) {
        super(id, clock, pauses, TimeUnit.SECONDS, NoopHistogram.INSTANCE);
        this.durations = durations;
        this.exemplars = exemplars;
        this.max = max;
    }

    /** Keeps a recorded value as an exemplar if its bucket needs one. */
    void offer(long nanos, TraceIds trace) {
        exemplars.offer(nanos, trace);
    }

    @Override
    protected void recordNonNegative(long amount, TimeUnit unit) {
        durations.observe(TimeUtils.convert((double) amount, unit, TimeUnit.SECONDS));
        max.record((double) amount, unit);
    }

    @Override
    public long count() {
        return durations.getCount();
    }

    @Override
    public double totalTime(TimeUnit unit) {
        return TimeUtils.secondsToUnit(durations.getSum(), unit);
    }

    @Override
    public double max(TimeUnit unit) {
        return max.poll(unit);
    }
}
