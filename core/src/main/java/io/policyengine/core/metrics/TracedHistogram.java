package io.policyengine.core.metrics;

import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.Collector;
import io.prometheus.metrics.model.registry.MetricType;
import io.prometheus.metrics.model.snapshots.Exemplars;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricMetadata;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A Prometheus histogram that attaches exemplars only when it is collected. Prometheus' own sampler is not used, since
 * it would look up a trace for each value and need a thread. Thread-safe.
 */
final class TracedHistogram implements Collector {
    private final Histogram histogram;
    private final String[] labelNames;
    private final Map<Labels, ExemplarSlots> slots = new ConcurrentHashMap<>();

    TracedHistogram(Histogram histogram, String... labelNames) {
        this.histogram = histogram;
        this.labelNames = labelNames;
    }

    /** Returns the series with these label values. Its exemplars are read from {@code exemplars}. */
    DistributionDataPoint series(ExemplarSlots exemplars, String... values) {
        slots.put(Labels.of(labelNames, values), exemplars);
        return histogram.labelValues(values);
    }

    void remove(String... values) {
        slots.remove(Labels.of(labelNames, values));
        histogram.remove(values);
    }

    int size() {
        return slots.size();
    }

    @Override
    public HistogramSnapshot collect() {
        HistogramSnapshot plain = histogram.collect();
        return new HistogramSnapshot(
                plain.getMetadata(),
                plain.getDataPoints().stream().map(this::withExemplars).toList());
    }

    private HistogramDataPointSnapshot withExemplars(HistogramDataPointSnapshot series) {
        ExemplarSlots known = slots.get(series.getLabels());
        Exemplars exemplars = known == null ? Exemplars.EMPTY : known.exemplars();
        return exemplars.size() == 0
                ? series
                : new HistogramDataPointSnapshot(
                        series.getClassicBuckets(),
                        series.getNativeSchema(),
                        series.getNativeZeroCount(),
                        series.getNativeZeroThreshold(),
                        series.getNativeBucketsForPositiveValues(),
                        series.getNativeBucketsForNegativeValues(),
                        series.getSum(),
                        series.getLabels(),
                        exemplars,
                        series.getCreatedTimestampMillis());
    }

    @Override
    @SuppressWarnings("deprecation") // the registry calls it
    public String getPrometheusName() {
        return histogram.getPrometheusName();
    }

    @Override
    @SuppressWarnings("deprecation") // the registry calls it
    public MetricType getMetricType() {
        return histogram.getMetricType();
    }

    @Override
    @SuppressWarnings("deprecation") // the registry calls it
    public Set<String> getLabelNames() {
        return histogram.getLabelNames();
    }

    @Override
    @SuppressWarnings("deprecation") // the registry calls it
    public MetricMetadata getMetadata() {
        return histogram.getMetadata();
    }
}
