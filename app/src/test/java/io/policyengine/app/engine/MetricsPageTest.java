package io.policyengine.app.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.app.process.ProcessMetric;
import io.policyengine.core.metrics.ConfigMetric;
import io.policyengine.core.metrics.EngineMetric;
import io.policyengine.core.metrics.EngineRegistry;
import io.policyengine.core.metrics.KernelMetric;
import io.policyengine.core.metrics.Label;
import io.policyengine.core.metrics.Metric;
import io.policyengine.core.metrics.WorkerMetric;
import io.policyengine.testkit.time.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Keeps docs/reference/metrics.md true to the meters of the code; {@code -Dgolden.update=true} rewrites it. */
class MetricsPageTest {
    private static final Path PAGE = Path.of("../docs/reference/metrics.md");
    private static final Pattern TYPE = Pattern.compile("# TYPE (\\S+) (\\S+)");

    @Test
    void thePageShowsAllMeters() throws IOException {
        String page = page();

        if (Boolean.getBoolean("golden.update")) {
            Files.writeString(PAGE, page);
        }
        assertThat(Files.readString(PAGE)).isEqualTo(page);
    }

    @ParameterizedTest
    @MethodSource("metrics")
    void eachMeterIsScrapedAsThePageSays(Metric metric) {
        EngineRegistry registry = new EngineRegistry();
        String[] values = metric.description().labels().stream()
                .map(label -> label.values().isEmpty() ? "any" : label.values().getFirst())
                .toArray(String[]::new);

        switch (metric.description().type()) {
            case COUNTER -> metric.counter(registry, values);
            case GAUGE -> metric.gauge(registry, () -> 1, values);
            case TIMER -> metric.timer(registry, values);
            case SUMMARY -> metric.summary(registry, new double[] {1}, values);
        }

        assertThat(scraped(registry)).isEqualTo(types(metric));
    }

    private static Stream<Metric> metrics() {
        return Stream.of(KernelMetric.values(), ConfigMetric.values(), WorkerMetric.values(), EngineMetric.values())
                .flatMap(Arrays::stream);
    }

    private static Map<String, String> types(Metric metric) {
        return switch (metric.description().type()) {
            case COUNTER, GAUGE ->
                Map.of(metric.id(), metric.description().type().prometheus());
            case TIMER, SUMMARY ->
                Map.of(metric.id(), metric.description().type().prometheus(), metric.id() + "_max", "gauge");
        };
    }

    @Test
    void theMetersOfTheProcessAreThoseThatAreListed() {
        EngineRegistry registry = new EngineRegistry();

        ProcessMetric.bindTo(registry);
        System.gc();

        Await.until(() -> registry.scrape().contains(ProcessMetric.GC_PAUSE.id()));
        assertThat(scraped(registry))
                .isEqualTo(Arrays.stream(ProcessMetric.values())
                        .collect(Collectors.toMap(ProcessMetric::id, ProcessMetric::type)));
    }

    @Test
    void noMeterIsListedThatNothingMakes() throws IOException {
        String code = mainCode();

        assertThat(metrics().filter(metric -> !code.contains(nameInCode(metric) + ".")))
                .as("meters that no code makes")
                .isEmpty();
    }

    private static String nameInCode(Metric metric) {
        Enum<?> constant = (Enum<?>) metric;
        return constant.getDeclaringClass().getSimpleName() + "." + constant.name();
    }

    @Test
    void noMeterIsNamedElsewhere() throws IOException {
        assertThat(Pattern.compile(
                                "\"policy_(kernel|worker|engine)_[a-z_]+\"|(Counter|Gauge|Timer|DistributionSummary)\\.builder")
                        .matcher(mainCode())
                        .results()
                        .map(found -> found.group()))
                .as("names and makers of meters outside of core.metrics")
                .isEmpty();
    }

    /** Main code of all modules, but for the meters themselves. */
    private static String mainCode() throws IOException {
        StringBuilder code = new StringBuilder();
        for (String module : List.of(
                "core", "kernel-verticle", "kernel-admin", "worker-verticle", "worker-protocol", "policies", "app")) {
            try (Stream<Path> files = Files.walk(Path.of("..", module, "src/main/java"))) {
                for (Path file : files.filter(file -> file.toString().endsWith(".java"))
                        .filter(file -> !file.toString().contains("/core/metrics/"))
                        .filter(file -> !file.endsWith("ProcessMetric.java"))
                        .toList()) {
                    code.append(Files.readString(file));
                }
            }
        }
        return code.toString();
    }

    private static Map<String, String> scraped(EngineRegistry registry) {
        Map<String, String> types = new HashMap<>();
        TYPE.matcher(registry.scrape()).results().forEach(found -> types.put(found.group(1), found.group(2)));
        return types;
    }

    private static String page() {
        return """
                # Metrics

                Generated from the enums of `core.metrics` and from `ProcessMetric.java`. Kernel and worker serve metrics under
                `/metrics`, on their metrics port. A process with an embedded worker serves the metrics of both. A kernel can also
                serve the [metrics of its workers](../workers.md#metrics-of-workers). The format is
                Prometheus' text format. A scraper that prefers OpenMetrics or Prometheus' protobuf format gets that format.

                A histogram `x` has the series `x_bucket`, `x_count` and `x_sum`. It also has the gauge `x_max`, which is the maximum of
                the last minutes. Histograms of seconds have buckets from 50 µs to 1 s. The tables list the values of some labels. The
                values of the other labels come from the configuration, which bounds their number.

                **Native histograms.** A scraper that prefers Prometheus' protobuf format also gets the histograms of seconds as native
                histograms. Prometheus prefers this format with `scrape_native_histograms: true`. Native histograms have eight buckets
                for each factor of 2, for values of any size, so the error of a quantile is less than 9 %%. Such a Prometheus keeps the
                histograms with fixed buckets only with `always_scrape_classic_histograms: true`. A query for a quantile of a native
                histogram is
                `histogram_quantile(0.99, sum by (route) (rate(policy_kernel_request_duration_seconds[5m])))`.

                **Exemplars.** In OpenMetrics and protobuf, `policy_kernel_request_duration_seconds` and
                `policy_kernel_chain_execution_duration_seconds` have exemplars, with `trace_id` and `span_id`. Each bucket has one
                exemplar. It belongs to an exchange whose trace was sampled when the exchange began. A bucket gets a new exemplar at
                most once a second.

                **Series per route.** `observability.metrics.route_label` in kernel.yaml determines the values of the label `route`:

                - `full`: the name of the route policy or open route
                - `group`: the `group` of the route policy, or `ungrouped` if it has no group
                - `none`: the value is always `all`

                Requests that match no route policy count under `unknown`. A route has series from its first request until a change
                removes the route. At most `max_route_labels` values are in use at a time. Further routes count under `other`, and
                `policy_kernel_route_labels_refused_total` increases.

                ## Kernel

                %s
                ## Worker

                %s
                ## Process

                Kernel and worker have these metrics of their process and its JVM.

                %s""".formatted(table("policy_kernel_"), table("policy_worker_"), processTable());
    }

    private static String table(String prefix) {
        return HEAD + rows(prefix);
    }

    private static String rows(String prefix) {
        StringBuilder rows = new StringBuilder();
        for (Metric metric : metrics().toList()) {
            if (metric.id().startsWith(prefix)) {
                rows.append("| `%s` | %s | %s | %s | %s |\n"
                        .formatted(
                                metric.id(),
                                metric.description().type().prometheus(),
                                metric.description().unit(),
                                metric.description().labels().stream()
                                        .map(MetricsPageTest::label)
                                        .collect(Collectors.joining("<br>")),
                                metric.description().doc()));
            }
        }
        return rows.toString();
    }

    private static final String HEAD = "| name | type | unit | labels | meaning |\n|---|---|---|---|---|\n";

    private static String label(Label label) {
        String values = label.values().stream().map(value -> "`" + value + "`").collect(Collectors.joining(", "));
        return "`" + label.name() + "`: " + (values.isEmpty() ? label.meaning() : values);
    }

    private static String processTable() {
        return HEAD
                + rows("policy_engine_")
                + Arrays.stream(ProcessMetric.values()).map(ProcessMetric::row).collect(Collectors.joining());
    }
}
