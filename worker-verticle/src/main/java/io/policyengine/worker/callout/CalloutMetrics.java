package io.policyengine.worker.callout;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.policyengine.core.callout.CalloutException;
import io.policyengine.core.metrics.Metric;
import io.policyengine.core.metrics.WorkerMetric;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;

/** The meters of call-outs. Those of a target go with it, so that not each that ever was has some. Thread-safe. */
final class CalloutMetrics {
    private static final List<Metric> OF_TARGETS = List.of(
            WorkerMetric.CALLOUT_DURATION,
            WorkerMetric.CALLOUT_FAILURES,
            WorkerMetric.CALLOUTS_PENDING,
            WorkerMetric.CALLOUT_BREAKER_OPEN);

    private final MeterRegistry meters;
    private final Set<String> known = ConcurrentHashMap.newKeySet();

    CalloutMetrics(MeterRegistry meters) {
        this.meters = meters;
    }

    void begin(String target, IntSupplier pending, BooleanSupplier open) {
        known.add(target);
        WorkerMetric.CALLOUTS_PENDING.gauge(meters, pending::getAsInt, target);
        WorkerMetric.CALLOUT_BREAKER_OPEN.gauge(meters, () -> open.getAsBoolean() ? 1 : 0, target);
    }

    void answered(String policy, String target, int status, Duration time) {
        if (!known.contains(target)) {
            return;
        }
        String outcome = Math.clamp(status / 100, 1, 5) + "xx";
        WorkerMetric.CALLOUT_DURATION.timer(meters, policy, target, outcome).record(time);
    }

    /** An exchange in bytes ended without a failure. */
    void done(String policy, String target, Duration time) {
        if (known.contains(target)) {
            WorkerMetric.CALLOUT_DURATION.timer(meters, policy, target, "done").record(time);
        }
    }

    void failed(String policy, String target, CalloutException.Kind kind, Duration time) {
        if (!known.contains(target)) {
            return;
        }
        WorkerMetric.CALLOUT_DURATION.timer(meters, policy, target, "failed").record(time);
        Counter failures = WorkerMetric.CALLOUT_FAILURES.counter(meters, policy, target, kind.label());
        failures.increment();
    }

    void end(String target) {
        known.remove(target);
        for (Metric metric : OF_TARGETS) {
            meters.find(metric.id()).tag("target", target).meters().forEach(meters::remove);
        }
    }

    MeterRegistry registry() {
        return meters;
    }
}
