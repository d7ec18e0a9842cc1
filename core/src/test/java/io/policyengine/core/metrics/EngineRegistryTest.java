package io.policyengine.core.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.expositionformats.generated.com_google_protobuf_4_35_0.Metrics;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class EngineRegistryTest {
    /** As Prometheus 3 sends it with {@code scrape_native_histograms}. */
    private static final String PROMETHEUS = Exposition.PROTOBUF.replace(" ", "")
            + ";q=0.6,application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,"
            + "text/plain;version=0.0.4;q=0.3,*/*;q=0.1";

    private final EngineRegistry registry = new EngineRegistry();

    @Test
    void givesNativeHistogramsOfDurationsToAScraperThatTakesThem() throws IOException {
        Timer timer = KernelMetric.REQUEST_DURATION.timer(registry, "r", "w");
        timer.record(Duration.ofMillis(2));
        timer.record(Duration.ofMillis(2));
        timer.record(Duration.ofMillis(300));

        Exposition exposed = registry.expose(PROMETHEUS);

        assertThat(exposed.contentType()).isEqualTo(Exposition.PROTOBUF);
        Metrics.Metric metric = durations(exposed).getMetric(0);
        Metrics.Histogram histogram = metric.getHistogram();
        assertThat(metric.getLabelList())
                .extracting(label -> label.getName() + "=" + label.getValue())
                .containsExactly("route=r", "worker=w");
        assertThat(histogram.getSampleCount()).isEqualTo(3);
        assertThat(histogram.getSampleSum()).isBetween(0.3039, 0.3041);
        assertThat(histogram.getSchema()).isEqualTo(3);
        assertThat(nativeBuckets(histogram))
                .hasSize(2)
                .allSatisfy((upper, count) ->
                        assertThat(List.of(0.002, 0.3)).anyMatch(value -> value <= upper && value > upper / 1.1));
        assertThat(nativeBuckets(histogram).values()).containsExactlyInAnyOrder(2L, 1L);
    }

    @Test
    void eachFamilyIsDescribedInPlainText() {
        KernelMetric.REQUEST_DURATION.timer(registry, "r", "w");
        WorkerMetric.POLICY_FAILURES.counter(registry, "p", "policy_timeout").increment();
        WorkerMetric.BUFFERED_BYTES.gauge(registry, () -> 1);
        WorkerMetric.CONTEXT_SIZE.summary(registry, new double[] {1}, "body");

        List<String> help = registry.expose(null)
                .content()
                .toString()
                .lines()
                .filter(line -> line.startsWith("# HELP "))
                .toList();

        assertThat(help)
                .hasSize(6)
                .contains("# HELP policy_worker_policy_failures_total Failures of a policy by their error code.")
                .allSatisfy(line -> assertThat(line).matches("# HELP \\w+ [A-Z][^`\\[]+\\."));
    }

    @Test
    void aNativeHistogramHasABoundOfItsBuckets() throws IOException {
        Timer timer = KernelMetric.REQUEST_DURATION.timer(registry, "r", "w");
        for (double nanos = 1; nanos < 1e13; nanos *= 1.05) {
            timer.record((long) nanos, TimeUnit.NANOSECONDS);
        }

        Metrics.Histogram histogram =
                durations(registry.expose(PROMETHEUS)).getMetric(0).getHistogram();

        assertThat(histogram.getSampleCount()).isEqualTo(timer.count());
        assertThat(histogram.getPositiveDeltaCount()).isLessThanOrEqualTo(160);
        assertThat(histogram.getSchema()).isLessThan(3);
    }

    /** Upper bounds with the counts: a bucket's index counts powers of 2^(2^-schema), and the deltas are of counts. */
    private static Map<Double, Long> nativeBuckets(Metrics.Histogram histogram) {
        Map<Double, Long> buckets = new HashMap<>();
        int index = 0;
        int at = 0;
        long count = 0;
        for (Metrics.BucketSpan span : histogram.getPositiveSpanList()) {
            index += span.getOffset();
            for (int i = 0; i < span.getLength(); i++) {
                count += histogram.getPositiveDelta(at++);
                if (count > 0) {
                    buckets.put(Math.pow(2, index / Math.pow(2, histogram.getSchema())), count);
                }
                index++;
            }
        }
        return buckets;
    }

    /** The family of durations of calls in an answer in protobuf. */
    private static Metrics.MetricFamily durations(Exposition exposed) throws IOException {
        ByteArrayInputStream content =
                new ByteArrayInputStream(exposed.content().getBytes());
        while (content.available() > 0) {
            Metrics.MetricFamily family = Metrics.MetricFamily.parseDelimitedFrom(content);
            if (family.getName().equals(KernelMetric.REQUEST_DURATION.id())) {
                return family;
            }
        }
        throw new AssertionError("not there");
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(
            strings = {
                "",
                "*/*",
                "text/html",
                "text/plain;version=0.0.4;q=0.5",
                "application/openmetrics-text;version=0.0.1",
                "text/plain, application/openmetrics-text;version=1.0.0",
                "text/plain, application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited",
                "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.2, */*",
                "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=text",
                "application/vnd.google.protobuf;proto=another.Message",
                "application/vnd.google.protobuf;q=none",
                ";;,q=,;q"
            })
    void givesTextToAllOthers(String accept) {
        KernelMetric.REQUEST_DURATION.timer(registry, "r", "w").record(Duration.ofMillis(2));

        Exposition exposed = registry.expose(accept);

        assertThat(exposed.contentType()).isEqualTo("text/plain; version=0.0.4; charset=utf-8");
        assertThat(exposed.content().toString())
                .contains(
                        "policy_kernel_request_duration_seconds_bucket{route=\"r\",worker=\"w\",le=\"0.001\"} 0",
                        "policy_kernel_request_duration_seconds_bucket{route=\"r\",worker=\"w\",le=\"0.005\"} 1",
                        "policy_kernel_request_duration_seconds_max{route=\"r\",worker=\"w\"} 0.002");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/openmetrics-text",
                "application/openmetrics-text; version=1.0.0; charset=utf-8",
                "application/openmetrics-text;version=1.0.0;q=0.8,application/openmetrics-text;version=0.0.1;q=0.75,"
                        + "text/plain;version=0.0.4;q=0.5,*/*;q=0.1"
            })
    void givesOpenMetricsToAScraperThatPrefersIt(String accept) {
        KernelMetric.REQUESTS.counter(registry, "r", "w", "ok").increment();

        Exposition exposed = registry.expose(accept);

        assertThat(exposed.contentType()).isEqualTo("application/openmetrics-text; version=1.0.0; charset=utf-8");
        assertThat(exposed.content().toString())
                .contains(
                        "# TYPE policy_kernel_requests counter",
                        "policy_kernel_requests_total{route=\"r\",status=\"ok\",worker=\"w\"} 1.0")
                .endsWith("# EOF\n");
    }

    /** Values of which two have a trace: the first of its bucket, and, in less than a second, none after it. */
    private void recordTraced() {
        Durations durations = KernelMetric.REQUEST_DURATION.durations(registry, "r", "w");
        durations.record(2_000_000, new Trace(true, 1));
        durations.record(2_000_001, new Trace(true, 2));
        durations.record(3_000_000_000L, new Trace(true, 3));
        durations.record(20_000_000, new Trace(false, 4));
    }

    @Test
    void histogramsNameTracesOfValuesInOpenMetrics() {
        recordTraced();

        String exposed = registry.expose(Exposition.OPEN_METRICS).content().toString();

        assertThat(exposed.lines().filter(line -> line.contains("trace_id")))
                .satisfiesExactly(
                        line -> assertThat(line)
                                .startsWith(
                                        "policy_kernel_request_duration_seconds_bucket{"
                                                + "route=\"r\",worker=\"w\",le=\"0.005\"} 2 # {"
                                                + "span_id=\"0000000000000001\",trace_id=\"ab54a98ceb1f0ad20000000000000001\"} 0.002 "),
                        line -> assertThat(line)
                                .contains("le=\"+Inf\"} 4 # ", "trace_id=\"ab54a98ceb1f0ad20000000000000003\"} 3.0 "));
    }

    @Test
    void histogramsNameTracesOfValuesInProtobufAndInNoOtherText() throws IOException {
        recordTraced();

        Metrics.Histogram histogram =
                durations(registry.expose(PROMETHEUS)).getMetric(0).getHistogram();

        assertThat(histogram.getBucketList().stream().filter(Metrics.Bucket::hasExemplar))
                .extracting(bucket -> bucket.getExemplar().getValue())
                .containsExactly(0.002, 3.0);
        assertThat(histogram.getPositiveDeltaCount()).isPositive();
        assertThat(registry.expose(null).content().toString()).doesNotContain("trace_id");
    }

    @Test
    void theExemplarsOfASeriesGoWithIt() {
        recordTraced();

        registry.remove(KernelMetric.REQUEST_DURATION.timer(registry, "r", "w"));
        KernelMetric.REQUEST_DURATION.durations(registry, "r", "w").record(2_000_000, new Trace(false, 5));

        assertThat(registry.expose(Exposition.OPEN_METRICS).content().toString())
                .contains("le=\"0.005\"} 1")
                .doesNotContain("trace_id");
    }

    @Test
    void aTraceThatIsNotKeptOrWhoseBucketHasAnExemplarAllocatesNothing() {
        Durations durations = KernelMetric.REQUEST_DURATION.durations(registry, "r", "w");
        Timer timer = KernelMetric.REQUEST_DURATION.timer(registry, "r", "w");
        Trace unknown = new Trace(false, 1);
        Trace kept = new Trace(true, 2);

        long plain = bytesOf(() -> timer.record(2_000_000, TimeUnit.NANOSECONDS));

        assertThat(bytesOf(() -> durations.record(2_000_000, unknown))).isLessThan(plain + 1_000);
        assertThat(bytesOf(() -> durations.record(2_000_000, kept))).isLessThan(plain + 1_000);
    }

    /** Bytes that ten thousand repetitions allocate: the least of five times, without what a JVM allocates at first. */
    private static long bytesOf(Runnable step) {
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long least = Long.MAX_VALUE;
        for (int round = 0; round < 5; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 10_000; i++) {
                step.run();
            }
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        return least;
    }

    /** A trace with ids that are easy to read. */
    private record Trace(boolean isSampled, long span) implements TraceIds {
        @Override
        public long traceHigh() {
            return 0xab54_a98c_eb1f_0ad2L;
        }

        @Override
        public long traceLow() {
            return span;
        }
    }

    /** Micrometer's own registry is the measure: dashboards know its text. */
    @Test
    void textIsThatOfMicrometer() {
        PrometheusMeterRegistry other = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        for (PrometheusMeterRegistry each : List.of(registry, other)) {
            Timer timer = KernelMetric.REQUEST_DURATION.timer(each, "r", "w");
            for (long nanos : new long[] {0, 1, 49_999, 50_000, 50_001, 1_000_000, 60_000_000_000L}) {
                timer.record(nanos, TimeUnit.NANOSECONDS);
            }
        }

        assertThat(registry.expose(null).content().toString().lines())
                .containsExactlyInAnyOrderElementsOf(other.scrape().lines().toList());
        assertThat(KernelMetric.REQUEST_DURATION.timer(registry, "r", "w").count())
                .isEqualTo(7);
        assertThat(KernelMetric.REQUEST_DURATION.timer(registry, "r", "w").totalTime(TimeUnit.SECONDS))
                .isBetween(60.0, 60.01);
        assertThat(KernelMetric.REQUEST_DURATION.timer(registry, "r", "w").max(TimeUnit.SECONDS))
                .isEqualTo(60);
    }

    @Test
    void aTimerThatIsRemovedLeavesNoSeries() throws IOException {
        Timer one = KernelMetric.REQUEST_DURATION.timer(registry, "one", "w");
        KernelMetric.REQUEST_DURATION.timer(registry, "two", "w");

        registry.remove(one);

        assertThat(registry.expose(null).content().toString())
                .contains("route=\"two\"")
                .doesNotContain("route=\"one\"");
        assertThat(durations(registry.expose(PROMETHEUS)).getMetricList()).hasSize(1);
        assertThat(KernelMetric.REQUEST_DURATION.timer(registry, "one", "w").count())
                .isZero();
    }
}
