package io.policyengine.worker.store;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.policyengine.core.metrics.Metric;
import io.policyengine.core.metrics.WorkerMetric;
import io.policyengine.core.store.StoreException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The meters of stores. They are removed with their store, and later failures do not recreate them. Thread-safe. */
final class StoreMetrics {
    private static final List<Metric> OF_STORES = List.of(
            WorkerMetric.STORE_DURATION,
            WorkerMetric.STORE_FAILURES,
            WorkerMetric.STORE_PENDING,
            WorkerMetric.STORE_BREAKER_OPEN);

    private final MeterRegistry meters;
    /**
     * The stores that have meters, by name. A store cannot be removed while a failure is being counted under its name.
     */
    private final Map<String, RedisStore> known = new ConcurrentHashMap<>();

    StoreMetrics(MeterRegistry meters) {
        this.meters = meters;
    }

    void begin(RedisStore store) {
        known.put(store.name(), store);
        WorkerMetric.STORE_PENDING.gauge(meters, store::pending, store.name());
        WorkerMetric.STORE_BREAKER_OPEN.gauge(meters, () -> store.breakers().isAnyOpen() ? 1 : 0, store.name());
    }

    Timer done(String policy, String store) {
        return WorkerMetric.STORE_DURATION.timer(meters, policy, store, "done");
    }

    /** Counts a failed operation, unless its store was removed. */
    void failed(String policy, String store, StoreException.Kind kind, Duration time) {
        known.computeIfPresent(store, (_, there) -> {
            WorkerMetric.STORE_DURATION.timer(meters, policy, store, "failed").record(time);
            Counter failures = WorkerMetric.STORE_FAILURES.counter(meters, policy, store, kind.label());
            failures.increment();
            return there;
        });
    }

    void end(String store) {
        known.remove(store);
        for (Metric metric : OF_STORES) {
            meters.find(metric.id()).tag("store", store).meters().forEach(meters::remove);
        }
    }
}
