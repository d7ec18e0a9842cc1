package io.policyengine.core.metrics.merge;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.policyengine.core.metrics.EngineRegistry;
import io.policyengine.core.metrics.Exposition;
import io.policyengine.core.metrics.KernelMetric;
import io.policyengine.core.metrics.WorkerMetric;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Metrics of workers, honest and hostile ones, in a response of the kernel. */
class MergedFamiliesTest {
    private static final String W = "replica=\"/w.sock\",worker=\"w\"";

    private final EngineRegistry registry = new EngineRegistry();
    private final MergedFamilies families = new MergedFamilies(
            "policy_kernel_", Map.of(WorkerMetric.EXECUTIONS.id(), "counter", "policy_known_seconds", "histogram"));

    private static ReplicaMetrics metrics(String worker, String text) {
        return new ReplicaMetrics(worker, "/" + worker + ".sock", Buffer.buffer(text));
    }

    private boolean add(String text) {
        return families.add(metrics("w", text));
    }

    private String exposed() {
        return registry.expose(Exposition.TEXT, families).content().toString();
    }

    private List<String> reasons() {
        return families.refusals().stream().map(MergedFamilies.Refusal::reason).toList();
    }

    @Test
    void showsEachTypeWithTheLabelsOfTheReplica() {
        assertThat(add("""
                # HELP made_total Things with \\\\ and \\n.
                # TYPE made_total counter
                made_total{kind="a \\"b\\" \\\\ c",} 3 1700000000000
                # TYPE heat gauge
                heat NaN
                # TYPE build_info gauge
                build_info{version="1"} 1
                # TYPE took_seconds histogram
                took_seconds_bucket{le="0.1"} 1
                took_seconds_bucket{le="+Inf"} 3
                took_seconds_sum 2.5
                took_seconds_count 3
                # TYPE size_bytes summary
                size_bytes{quantile="0.5"} 7
                size_bytes_sum 14
                size_bytes_count 2
                # a comment
                plain{b="1",a="2"}	-Inf

                # EOF
                """)).isTrue();

        assertThat(exposed().lines())
                .contains(
                        "# HELP made_total Things with \\\\ and \\n.",
                        "# TYPE made_total counter",
                        "made_total{kind=\"a \\\"b\\\" \\\\ c\"," + W + "} 3.0",
                        "heat{" + W + "} NaN",
                        "build_info{replica=\"/w.sock\",version=\"1\",worker=\"w\"} 1",
                        "# TYPE took_seconds histogram",
                        "took_seconds_bucket{" + W + ",le=\"0.1\"} 1",
                        "took_seconds_bucket{" + W + ",le=\"+Inf\"} 3",
                        "took_seconds_sum{" + W + "} 2.5",
                        "took_seconds_count{" + W + "} 3",
                        "size_bytes{" + W + ",quantile=\"0.5\"} 7.0",
                        "size_bytes_count{" + W + "} 2",
                        "# TYPE plain untyped",
                        "plain{a=\"2\",b=\"1\"," + W + "} -Inf")
                .doesNotContain("# EOF");
        assertThat(families.refusals()).isEmpty();
    }

    @Test
    void familiesThatTheKernelHasTooStandTogether() {
        WorkerMetric.EXECUTIONS.counter(registry, "p", "success").increment();
        WorkerMetric.EXECUTION_DURATION.timer(registry, "p").record(Duration.ofMillis(1));
        Gauge.builder("jvm_info", () -> 1).tag("version", "1").register(registry);
        EngineRegistry theirs = new EngineRegistry();
        WorkerMetric.EXECUTIONS.counter(theirs, "p", "success").increment(7);
        WorkerMetric.EXECUTION_DURATION.timer(theirs, "p").record(Duration.ofMillis(1));
        Gauge.builder("jvm_info", () -> 1).tag("version", "2").register(theirs);

        assertThat(families.add(new ReplicaMetrics(
                        "w", "/w.sock", theirs.expose(Exposition.TEXT).content())))
                .isTrue();
        String text = exposed();

        assertThat(text)
                .contains("policy_worker_executions_total{policy=\"p\",status=\"success\"} 1.0\n")
                .contains("policy_worker_executions_total{policy=\"p\",replica=\"/w.sock\",status=\"success\","
                        + "worker=\"w\"} 7.0\n")
                .contains("policy_worker_execution_duration_seconds_count{policy=\"p\"} 1\n")
                .contains("policy_worker_execution_duration_seconds_count{policy=\"p\"," + W + "} 1\n")
                .contains("version=\"2\"");
        assertThat(text.lines().filter(line -> line.startsWith("# TYPE "))).doesNotHaveDuplicates();
        assertThat(reasons()).isEmpty();
    }

    @Test
    void otherFormatsHaveThemToo() {
        KernelMetric.WORKER_TIMEOUTS.counter(registry, "w").increment();
        assertThat(add("# TYPE a counter\na 1\n# TYPE b gauge\nb 2\n")).isTrue();

        String open =
                registry.expose(Exposition.OPEN_METRICS, families).content().toString();

        assertThat(open)
                .contains("a_total{" + W + "} 1.0\n")
                .contains("b{" + W + "} 2.0\n")
                .endsWith("# EOF\n");
        assertThat(open.split("# EOF", -1)).hasSize(2);
        assertThat(add("c 3\n")).isTrue();
        assertThat(registry.expose(Exposition.PROTOBUF, families).content().toString(StandardCharsets.ISO_8859_1))
                .contains("worker");
    }

    @Test
    void labelsWithTheNamesOfTheReplicasAreRenamed() {
        assertThat(add("a{worker=\"liar\",exported_worker=\"x\",replica=\"y\"} 1\n"))
                .isTrue();

        assertThat(exposed())
                .contains("a{exported_exported_worker=\"liar\",exported_replica=\"y\"," + "exported_worker=\"x\"," + W
                        + "} 1.0\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a",
                "a b",
                "a 1 2 3",
                "a 1 x",
                "a 1d",
                "a 0x1p3",
                "a 1_0",
                "1a 1",
                "a{b} 1",
                "a{b=c} 1",
                "a{b=\"c} 1",
                "a{b=\"c\\x\"} 1",
                "a{b=\"c\",b=\"d\"} 1",
                "a{__name__=\"c\"} 1",
                "a{b:c=\"c\"} 1",
                "a{b=\"c\" d=\"e\"} 1",
                "{\"a\"} 1",
                "a 1\na 2",
                "# TYPE a counter\n# TYPE a counter",
                "a 1\n# TYPE a gauge",
                "# TYPE a stateset",
                "# TYPE a",
                "# TYPE {a} gauge",
                "# HELP a b\n# HELP a c",
                "# HELP a\"b c",
                "# TYPE a counter\na -1",
                "# TYPE a counter\na NaN",
                "# TYPE a histogram\na 1",
                "# TYPE a histogram\na_bucket 1",
                "# TYPE a histogram\na_count{le=\"1\"} 1",
                "# TYPE a histogram\na_bucket{le=\"1\"} 1",
                "# TYPE a histogram\na_bucket{le=\"1\"} 3\na_bucket{le=\"+Inf\"} 2",
                "# TYPE a histogram\na_bucket{le=\"NaN\"} 1\na_bucket{le=\"+Inf\"} 2",
                "# TYPE a histogram\na_bucket{le=\"1\"} 1\na_bucket{le=\"1.0\"} 1\na_bucket{le=\"+Inf\"} 2",
                "# TYPE a histogram\na_bucket{le=\"+Inf\"} 1.5",
                "# TYPE a histogram\na_bucket{le=\"+Inf\"} 1e300",
                "# TYPE a summary\na{quantile=\"2\"} 1\na_count 1",
                "# TYPE a summary\na{quantile=\"x\"} 1\na_count 1",
                "# TYPE a summary\na_sum 1"
            })
    void aMalformedLineMakesTheWholeTextBeLeftOut(String lines) {
        assertThat(add("good 1\n" + lines + "\n")).isFalse();

        assertThat(exposed()).isEmpty();
        assertThat(families.refusals()).singleElement().satisfies(refusal -> {
            assertThat(refusal.worker()).isEqualTo("w");
            assertThat(refusal.replica()).isEqualTo("/w.sock");
            assertThat(refusal.reason()).isNotBlank().doesNotContain("null");
        });
    }

    @Test
    void whatIsNotTextIsLeftOut() {
        assertThat(families.add(new ReplicaMetrics("w", "/w.sock", Buffer.buffer(new byte[] {'a', (byte) 0xFF, '\n'}))))
                .isFalse();
        assertThat(reasons()).containsExactly("they are not UTF-8");
    }

    @Test
    void whatIsTooLargeIsLeftOut() {
        String manySamples = IntStream.rangeClosed(0, MergedFamilies.MAX_SAMPLES_OF_REPLICA)
                .mapToObj(i -> "a{b=\"" + i + "\"} 1\n")
                .collect(Collectors.joining());
        String manyFamilies = IntStream.rangeClosed(0, MetricsText.MAX_FAMILIES)
                .mapToObj(i -> "a" + i + " 1\n")
                .collect(Collectors.joining());
        String manyLabels = IntStream.rangeClosed(0, SampleLine.MAX_LABELS)
                .mapToObj(i -> "b" + i + "=\"\"")
                .collect(Collectors.joining(","));

        assertThat(add(manySamples)).isFalse();
        assertThat(add(manyFamilies)).isFalse();
        assertThat(add(manyFamilies.replaceAll("(a\\d+) 1", "# HELP $1 x"))).isFalse();
        assertThat(add("a{" + manyLabels + "} 1\n")).isFalse();
        assertThat(add("a".repeat(SampleLine.MAX_NAME + 1) + " 1\n")).isFalse();
        assertThat(add("a{b=\"" + "c".repeat(SampleLine.MAX_LABEL_VALUE + 1) + "\"} 1\n"))
                .isFalse();
        assertThat(add("a 0." + "0".repeat(70) + "\n")).isFalse();
        assertThat(add("#".repeat(ReplicaMetrics.MAX_BYTES + 1))).isFalse();
        assertThat(exposed()).isEmpty();
        assertThat(reasons()).hasSize(8);
    }

    @Test
    void allReplicasTogetherHaveABound() {
        String half = IntStream.range(0, MergedFamilies.MAX_SAMPLES / 2)
                .mapToObj(i -> "a{b=\"" + i + "\"} 1\n")
                .collect(Collectors.joining());

        assertThat(families.add(metrics("v", half))).isTrue();
        assertThat(families.add(metrics("w", half))).isTrue();
        assertThat(families.add(metrics("x", "a 1\n"))).isFalse();
    }

    @Test
    void aLongDescriptionIsCutOff() {
        assertThat(add("# HELP a " + "x".repeat(9_000) + "\na 1\n")).isTrue();

        assertThat(exposed()).contains("# HELP a " + "x".repeat(MetricsText.MAX_HELP) + "\n");
    }

    @Test
    void familiesOfTheKernelAndTypesOfTheEngineCannotBeClaimed() {
        Counter.builder("own_total").register(registry).increment();
        assertThat(families.add(metrics("evil", """
                # TYPE policy_kernel_exchanges_total counter
                policy_kernel_exchanges_total{outcome="passed"} 1e9
                # TYPE policy_worker_executions gauge
                policy_worker_executions 1
                # TYPE policy_worker_executions_total gauge
                policy_worker_executions_total 1
                # TYPE policy_known_seconds_count gauge
                policy_known_seconds_count 1
                # TYPE own gauge
                own 1
                # TYPE mine gauge
                mine 1
                """))).isTrue();
        assertThat(add("""
                # TYPE policy_worker_executions_total counter
                policy_worker_executions_total 5
                # TYPE mine counter
                mine 1
                """)).isTrue();

        String text = exposed();

        assertThat(text)
                .contains("own_total 1.0\n")
                .contains("policy_worker_executions_total{" + W + "} 5.0\n")
                .contains("mine{replica=\"/evil.sock\",worker=\"evil\"} 1.0\n")
                .doesNotContain("policy_kernel_", "policy_known_", "own{", "mine_total");
        assertThat(families.refusals())
                .hasSize(6)
                .extracting(MergedFamilies.Refusal::worker)
                .containsOnly("evil", "w");
    }

    @Test
    void namesOfSeriesDoNotClash() {
        assertThat(add("""
                # TYPE a histogram
                a_bucket{le="+Inf"} 1
                a_sum 1
                # TYPE a_sum gauge
                # TYPE b_total gauge
                b_total 1
                # TYPE b counter
                b 1
                # TYPE c_created gauge
                c_created 1
                """)).isTrue();

        String text = exposed();

        assertThat(text).contains("b_total{" + W + "} 1.0\n").doesNotContain("c_created");
        assertThat(text.lines().map(line -> line.replaceAll(" .*", "")).filter(name -> !name.startsWith("#")))
                .doesNotHaveDuplicates();
        assertThat(reasons()).isNotEmpty();
    }

    /** Pieces of legal and illegal lines, in any order: what is exposed can always be read strictly again. */
    @Test
    void whateverAWorkerSendsTheResponseIsWellFormed() throws MalformedMetricsException {
        List<String> pieces = List.of(
                "a",
                "a_total",
                "a_bucket",
                "a_sum",
                "a_count",
                "a_info",
                "# TYPE ",
                "# HELP ",
                " counter",
                " gauge",
                " histogram",
                " summary",
                " untyped",
                "{le=\"1\"}",
                "{le=\"+Inf\"}",
                "{quantile=\"0.5\"}",
                "{worker=\"x\"}",
                " 1",
                " NaN",
                " -1",
                "\n",
                "\n",
                "\n",
                "# EOF",
                "\\",
                "\"",
                "é",
                " 2");
        int shown = 0;
        for (int seed = 0; seed < 20_000; seed++) {
            Random random = new Random(seed);
            String text = Stream.generate(() -> pieces.get(random.nextInt(pieces.size())))
                    .limit(3 + random.nextInt(25))
                    .collect(Collectors.joining());
            MergedFamilies merged = new MergedFamilies("policy_kernel_", Map.of());
            shown += merged.add(metrics("v", "a_total 1\n")) && merged.add(metrics("w", text)) ? 1 : 0;

            Buffer written = registry.expose(Exposition.TEXT, merged).content();

            MetricsText.read(new ReplicaMetrics("again", "/again", written), 1_000);
        }
        assertThat(shown).isPositive();
    }
}
