package io.policyengine.core.metrics;

import io.prometheus.metrics.model.registry.Collector;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/**
 * A Prometheus registry that also returns its families of metrics one by one. So a scrape of a million series copies
 * only one family at a time. Thread-safe.
 */
final class Families extends PrometheusRegistry {
    private final List<Family> all = new CopyOnWriteArrayList<>();

    private record Family(Object collector, Supplier<MetricSnapshots> series) {}

    /** Returns the families in order of registration; each supplies its current series. */
    List<Supplier<MetricSnapshots>> each() {
        return all.stream().map(Family::series).toList();
    }

    @Override
    public void register(Collector collector) {
        super.register(collector);
        all.add(new Family(collector, () -> MetricSnapshots.of(collector.collect())));
    }

    @Override
    public void register(MultiCollector collector) {
        super.register(collector);
        all.add(new Family(collector, collector::collect));
    }

    @Override
    public void unregister(Collector collector) {
        super.unregister(collector);
        forget(collector);
    }

    @Override
    public void unregister(MultiCollector collector) {
        super.unregister(collector);
        forget(collector);
    }

    private void forget(Object collector) {
        all.removeIf(family -> family.collector().equals(collector));
    }
}
