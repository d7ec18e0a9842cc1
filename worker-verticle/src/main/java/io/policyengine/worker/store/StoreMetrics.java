package io.policyengine.worker.store;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.policyengine.core.metrics.Metric;
import io.policyengine.core.metrics.WorkerMetric;
import io.policyengine.core.store.StoreException;
import java.util.List;

/** The meters of stores. Those of a store go with it. Thread-safe. */
final class StoreMetrics {
    private static final List<Metric> OF_STORES = List.of(
            WorkerMetric.STORE_DURATION,
            WorkerMetric.STORE_FAILURES,
            WorkerMetric.STORE_PENDING,
            WorkerMetric.STORE_BREAKER_OPEN);

    private final MeterRegistry meters;

    StoreMetrics(MeterRegistry meters) {
        this.meters = meters;
    }

    void begin(RedisStore store) {
        WorkerMetric.STORE_PENDING.gauge(meters, store::pending, store.name());
        WorkerMetric.STORE_BREAKER_OPEN.gauge(meters, () -> store.isBreakerOpen() ? 1 : 0, store.name());
    }

    Timer done(String policy, String store) {
        return WorkerMetric.STORE_DURATION.timer(meters, policy, store, "done");
    }

    Timer failed(String policy, String store) {
        return WorkerMetric.STORE_DURATION.timer(meters, policy, store, "failed");
    }

    void failure(String policy, String store, StoreException.Kind kind) {
        WorkerMetric.STORE_FAILURES.counter(meters, policy, store, kind.label()).increment();
    }

    void end(String store) {
        for (Metric metric : OF_STORES) {
            meters.find(metric.id()).tag("store", store).meters().forEach(meters::remove);
        }
    }
}
