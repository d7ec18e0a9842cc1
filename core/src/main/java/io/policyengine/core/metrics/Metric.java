package io.policyengine.core.metrics;

import com.google.re2j.Pattern;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/**
 * A meter of the engine. Only the enums that implement this interface define meters; docs/reference/metrics.md is
 * generated from these enums.
 */
public sealed interface Metric permits KernelMetric, ConfigMetric, WorkerMetric, EngineMetric {
    /**
     * The name of a meter and the meaning of its values.
     *
     * @param id the name in scrapes
     * @param unit the unit of its values, or the things that are counted
     * @param doc the description, as Markdown
     * @param help the description as plain text, for scrapes
     * @param labels in the order in which the meter's methods take the label values
     */
    record Description(MetricType type, String id, String unit, String doc, String help, List<Label> labels) {
        private static final Pattern LINK = Pattern.compile("\\[([^]]+)]\\([^)]+\\)");

        public Description {
            labels = List.copyOf(labels);
        }

        Description(MetricType type, String id, String unit, String doc, Label... labels) {
            this(type, id, unit, doc, plain(doc), List.of(labels));
        }

        private static String plain(String doc) {
            return LINK.matcher(doc).replaceAll("$1").replace("`", "");
        }

        private Tags tags(String... values) {
            if (values.length != labels.size()) {
                throw new IllegalArgumentException(id + " has the labels " + labels);
            }
            Tags tags = Tags.empty();
            for (int i = 0; i < values.length; i++) {
                Label label = labels.get(i);
                assert label.allows(values[i]) : id + ": " + values[i] + " is no value of " + label;
                tags = tags.and(label.name(), values[i]);
            }
            return tags;
        }
    }

    Description description();

    /** The meter's name in scrapes. */
    default String id() {
        return description().id();
    }

    default Counter counter(MeterRegistry registry, String... values) {
        return Counter.builder(id())
                .description(description().help())
                .tags(description().tags(values))
                .register(registry);
    }

    /**
     * Returns a counter whose count is read from an object.
     *
     * @param counting the object; the counter references it weakly
     */
    default <T> FunctionCounter counter(
            MeterRegistry registry, T counting, ToDoubleFunction<T> count, String... values) {
        return FunctionCounter.builder(id(), counting, count)
                .description(description().help())
                .tags(description().tags(values))
                .register(registry);
    }

    /** Returns a gauge with these label values. The registry references {@code value} strongly. */
    default Gauge gauge(MeterRegistry registry, Supplier<Number> value, String... values) {
        return Gauge.builder(id(), value)
                .description(description().help())
                .tags(description().tags(values))
                .register(registry);
    }

    default Timer timer(MeterRegistry registry, String... values) {
        return Timer.builder(id())
                .description(description().help())
                .tags(description().tags(values))
                .serviceLevelObjectives(MetricBuckets.durations())
                .register(registry);
    }

    /** Returns a timer with these label values. Some recorded durations become exemplars. */
    default Durations durations(MeterRegistry registry, String... values) {
        return new Durations(timer(registry, values));
    }

    /** Returns the summary with these label values and bucket bounds. */
    default DistributionSummary summary(MeterRegistry registry, double[] bounds, String... values) {
        return DistributionSummary.builder(id())
                .description(description().help())
                .tags(description().tags(values))
                .serviceLevelObjectives(bounds)
                .register(registry);
    }
}
