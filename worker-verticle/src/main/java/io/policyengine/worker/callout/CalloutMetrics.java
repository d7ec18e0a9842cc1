package io.policyengine.worker.callout;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.policyengine.core.callout.CalloutException;
import io.policyengine.core.metrics.Metric;
import io.policyengine.core.metrics.WorkerMetric;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;

/**
 * The meters of policies' calls to targets. The number of meters is bounded, since they are removed with their target.
 * Thread-safe.
 */
final class CalloutMetrics {
    private static final List<Metric> OF_TARGETS = List.of(
            WorkerMetric.CALLOUT_DURATION,
            WorkerMetric.CALLOUT_FAILURES,
            WorkerMetric.CALLOUTS_PENDING,
            WorkerMetric.CALLOUT_BREAKER_OPEN);

    private static final List<String> CLASSES = List.of("1xx", "2xx", "3xx", "4xx", "5xx");

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

    Series of(String policy, String target) {
        return new Series(policy, target);
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

    /**
     * The meters of one policy's calls to one target, each created on first use. After the target is removed, no meters
     * are created and nothing is counted. Thread-safe.
     */
    final class Series {
        private static final int DONE = 0;
        private static final int FAILED = 6;

        private final String policy;
        private final String target;
        /**
         * The timers of calls by outcome: byte exchanges at index 0, then the five classes of HTTP status, then
         * failures.
         */
        private final AtomicReferenceArray<Timer> durations = new AtomicReferenceArray<>(FAILED + 1);

        private final Map<CalloutException.Kind, Counter> failures = new ConcurrentHashMap<>();

        private Series(String policy, String target) {
            this.policy = policy;
            this.target = target;
        }

        void answered(int status, Duration time) {
            int statusClass = Math.clamp(status / 100, 1, 5);
            record(statusClass, CLASSES.get(statusClass - 1), time);
        }

        /** Records a byte exchange that did not fail. */
        void done(Duration time) {
            record(DONE, "done", time);
        }

        void failed(CalloutException.Kind kind, Duration time) {
            record(FAILED, "failed", time);
            if (known.contains(target)) {
                failures.computeIfAbsent(
                                kind, _ -> WorkerMetric.CALLOUT_FAILURES.counter(meters, policy, target, kind.label()))
                        .increment();
            }
        }

        private void record(int place, String outcome, Duration time) {
            Timer timer = durations.get(place);
            if (timer == null) {
                if (!known.contains(target)) {
                    return;
                }
                timer = WorkerMetric.CALLOUT_DURATION.timer(meters, policy, target, outcome);
                durations.set(place, timer);
            }
            timer.record(time);
        }
    }
}
