package io.policyengine.core.metrics;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import io.micrometer.core.instrument.distribution.TimeWindowMax;
import io.micrometer.core.instrument.distribution.pause.PauseDetector;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.core.metrics.Histogram;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The meters of a process, for Prometheus. Durations are histograms of two kinds at once: with the bounds of {@link MetricBuckets} for whoever
 * scrapes text, and native ones for whoever scrapes protobuf. Micrometer itself has no native ones. Some of their values have the trace that
 * they are of, as exemplars.
 */
public final class EngineRegistry extends PrometheusMeterRegistry {
    /**
     * Eight buckets for each factor of 2, so a quantile is wrong by less than 9 %. From 15 µs to 65 s the JVM has
     * the number of a bucket as an object already.
     */
    private static final int SCHEMA = 3;

    /** From 1 µs to a second; beyond, the buckets become twice as wide. */
    private static final int MAX_BUCKETS = 160;

    /** As Micrometer writes it; the page of metrics says what they are. */
    private static final String NO_HELP = " ";

    /** Prometheus refuses all that it has scraped where the count of a histogram has an exemplar, as Micrometer would have it. */
    private static final class OnlyOnBuckets implements PrometheusConfig {
        @Override
        public @Nullable String get(String key) {
            return null;
        }

        @Override
        public Properties prometheusProperties() {
            Properties properties = new Properties();
            properties.setProperty("io.prometheus.exporter.exemplarsOnAllMetricTypes", "false");
            return properties;
        }
    }

    private final Map<String, TracedHistogram> histograms = new ConcurrentHashMap<>();

    /** A registry without meters. */
    public EngineRegistry() {
        super(new OnlyOnBuckets());
        config().onMeterRemoved(this::removed);
    }

    /**
     * All meters as they are now.
     *
     * @param accept the formats that the scraper takes, as it says in HTTP; null if it says nothing
     */
    public Exposition expose(@Nullable String accept) {
        String format = AcceptedFormats.preferred(accept);
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        try {
            scrape(content, format);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return new Exposition(format, Buffer.buffer(content.toByteArray()));
    }

    /**
     * The durations that a timer has seen, as they are now, by the value of one of its labels: those of the other labels are taken together.
     * It takes as long as a scrape of its series: not for an event loop that serves.
     */
    public Map<String, Distribution> durations(Metric timer, String label) {
        TracedHistogram histogram = histograms.get(timer.id());
        Map<String, Distribution> durations = new HashMap<>();
        if (histogram != null) {
            for (var series : histogram.collect().getDataPoints()) {
                String value = series.getLabels().get(label);
                durations.merge(value == null ? "" : value, Distribution.of(series), Distribution::and);
            }
        }
        return durations;
    }

    @Override
    protected Timer newTimer(Meter.Id id, DistributionStatisticConfig config, PauseDetector pauses) {
        double[] bounds = config.getServiceLevelObjectiveBoundaries();
        if (bounds == null || bounds.length == 0) {
            return super.newTimer(id, config, pauses);
        }
        TimeWindowMax max = new TimeWindowMax(clock, config);
        Gauge.builder(maxName(id), max, known -> known.poll(TimeUnit.SECONDS))
                .tags(id.getTags())
                .register(this);
        TracedHistogram histogram = histograms.computeIfAbsent(id.getName(), _ -> histogram(id, bounds));
        ExemplarSlots exemplars = new ExemplarSlots(
                Arrays.stream(bounds).mapToLong(nanos -> (long) nanos).toArray(), clock);
        return new DurationTimer(id, clock, pauses, histogram.series(exemplars, values(id)), exemplars, max);
    }

    private TracedHistogram histogram(Meter.Id id, double[] bounds) {
        String[] labels = id.getTags().stream().map(Tag::getKey).toArray(String[]::new);
        Histogram histogram = Histogram.builder()
                .name(id.getName())
                .help(NO_HELP)
                .labelNames(labels)
                .classicUpperBounds(
                        Arrays.stream(bounds).map(nanos -> nanos / 1e9).toArray())
                .nativeInitialSchema(SCHEMA)
                .nativeMaxNumberOfBuckets(MAX_BUCKETS)
                .withoutExemplars()
                .build();
        TracedHistogram traced = new TracedHistogram(histogram, labels);
        getPrometheusRegistry().register(traced);
        return traced;
    }

    private void removed(Meter meter) {
        if (meter instanceof DurationTimer timer) {
            Meter.Id id = timer.getId();
            TracedHistogram histogram = histograms.get(id.getName());
            if (histogram != null) {
                histogram.remove(values(id));
            }
            remove(new Meter.Id(maxName(id), Tags.of(id.getTags()), null, null, Meter.Type.GAUGE));
        }
    }

    private static String maxName(Meter.Id timer) {
        return timer.getName() + "_max";
    }

    private static String[] values(Meter.Id id) {
        return id.getTags().stream().map(Tag::getValue).toArray(String[]::new);
    }
}
