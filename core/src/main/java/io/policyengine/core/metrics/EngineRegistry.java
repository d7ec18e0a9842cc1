package io.policyengine.core.metrics;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.Objects.requireNonNull;
import static java.util.Objects.requireNonNullElse;

import io.micrometer.core.instrument.Clock;
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
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufOutputStream;
import io.netty.buffer.Unpooled;
import io.policyengine.core.metrics.merge.MergedFamilies;
import io.policyengine.core.vertx.ByteBufs;
import io.prometheus.metrics.config.PrometheusPropertiesLoader;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The meters of a process, for Prometheus. Durations have two histograms at once: a classic histogram with the bounds
 * of {@link MetricBuckets} for text scrapes, and a native histogram, which Micrometer does not support, for protobuf
 * scrapes. Some values carry the ids of their trace as an exemplar.
 */
public final class EngineRegistry extends PrometheusMeterRegistry {
    /**
     * Resolution of native histograms: eight buckets per factor of 2, so a quantile has an error below 9 %. From 15 µs
     * to 65 s, bucket numbers are in the JVM's cache of boxed integers.
     */
    private static final int SCHEMA = 3;

    /**
     * Maximum number of buckets of a native histogram, enough for 1 µs to 1 s. If values are spread further, buckets
     * become twice as wide.
     */
    private static final int MAX_BUCKETS = 160;

    /**
     * Restricts exemplars to buckets, since Prometheus would reject a scrape with an exemplar at a histogram's count.
     */
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

    /** The end marker of an OpenMetrics exposition, which may occur only once. */
    private static final byte[] END = "# EOF\n".getBytes(US_ASCII);

    private final Map<String, TracedHistogram> histograms = new ConcurrentHashMap<>();
    private final Families families;
    private final ExpositionFormats formats;
    /** Length of the last exposition in bytes, as an estimate for the next one. */
    private volatile int length = 1 << 14;

    public EngineRegistry() {
        this(new OnlyOnBuckets(), new Families());
    }

    private EngineRegistry(PrometheusConfig config, Families families) {
        super(config, families, Clock.SYSTEM);
        this.families = families;
        this.formats =
                ExpositionFormats.init(PrometheusPropertiesLoader.load(requireNonNull(config.prometheusProperties())));
        config().onMeterRemoved(this::removed);
    }

    /**
     * Writes all meters, each family with its current values. Takes microseconds per series, so event loops must not
     * call it.
     *
     * @param accept the scraper's HTTP field {@code Accept}, or null
     */
    public Exposition expose(@Nullable String accept) {
        return expose(accept, MergedFamilies.none());
    }

    /**
     * Writes all meters together with those of replicas; see {@link #expose(String)}.
     *
     * @param others the families of replicas, which can be written only once
     */
    public Exposition expose(@Nullable String accept, MergedFamilies others) {
        String format = AcceptedFormats.preferred(accept);
        ExpositionFormatWriter writer = formats.findWriter(format);
        ByteBuf content = Unpooled.buffer(length + length / 8);
        try (OutputStream out = new ByteBufOutputStream(content)) {
            // The writer appends the end marker to each family.
            int end = format.equals(Exposition.OPEN_METRICS) ? END.length : 0;
            for (Supplier<MetricSnapshots> family : families.each()) {
                writer.write(out, others.with(family.get()));
                content.writerIndex(content.writerIndex() - end);
            }
            for (MetricSnapshots family : others.rest()) {
                writer.write(out, family);
                content.writerIndex(content.writerIndex() - end);
            }
            content.writeBytes(END, 0, end);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        length = content.readableBytes();
        return new Exposition(format, ByteBufs.buffer(content));
    }

    /**
     * Returns the current durations of a timer by the values of one label, summed over its other labels. Takes as long
     * as a scrape of the timer's series, so event loops that serve exchanges must not call it.
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

    /** Returns the number of series of a timer, which {@link #durations} would read. */
    public int series(Metric timer) {
        TracedHistogram histogram = histograms.get(timer.id());
        return histogram == null ? 0 : histogram.size();
    }

    @Override
    protected Timer newTimer(Meter.Id id, DistributionStatisticConfig config, PauseDetector pauses) {
        double[] bounds = config.getServiceLevelObjectiveBoundaries();
        if (bounds == null || bounds.length == 0) {
            return super.newTimer(id, config, pauses);
        }
        TimeWindowMax max = new TimeWindowMax(clock, config);
        Gauge.builder(maxName(id), max, known -> known.poll(TimeUnit.SECONDS))
                .description(help(id))
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
                .help(help(id))
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

    private static String help(Meter.Id id) {
        return requireNonNullElse(id.getDescription(), "");
    }

    private static String maxName(Meter.Id timer) {
        return timer.getName() + "_max";
    }

    private static String[] values(Meter.Id id) {
        return id.getTags().stream().map(Tag::getValue).toArray(String[]::new);
    }
}
