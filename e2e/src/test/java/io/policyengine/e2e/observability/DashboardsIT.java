package io.policyengine.e2e.observability;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.e2e.harness.Eventually;
import io.policyengine.e2e.harness.Installation.EnvoyVersion;
import io.policyengine.e2e.harness.Load;
import io.policyengine.e2e.harness.PrometheusProcess;
import io.policyengine.e2e.harness.Stack;
import io.policyengine.e2e.harness.Stack.Setup;
import io.policyengine.e2e.harness.Stack.Shape;
import io.policyengine.e2e.harness.TestConf;
import io.policyengine.testkit.redis.RedisServer;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;

/**
 * A real Prometheus scrapes a kernel and a worker behind a real Envoy, to whose requests happen what the dashboards show: denials, failures,
 * time-outs, call-outs, a store that goes, a change of the configuration, an override.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DashboardsIT {
    private static final List<String> REQUESTS = List.of(
            "/both",
            "/locked",
            "/limited",
            "/private",
            "/conditional",
            "/misconfigured",
            "/stored",
            "/asked",
            "/gone",
            "/slow",
            "/cached",
            "/audited",
            "/open",
            "/not-there",
            "/both/%252e%252e");

    /** Expressions that have samples only once a store has failed. */
    private static final Set<String> OF_A_FAILED_STORE = Set.of("traffic: Failures of stores, A");

    private static final Pattern METRIC = Pattern.compile("\\b(policy_|jvm_|process_)\\w+");

    private final RedisServer redis = RedisServer.start();
    private final Vertx vertx = Vertx.vertx();
    private Stack stack;
    private PrometheusProcess prometheus;

    @BeforeAll
    void start() {
        HttpServer decisions = Load.await(vertx.createHttpServer()
                .requestHandler(request -> request.response().end())
                .listen(0, "127.0.0.1"));
        stack = Stack.start(new Setup(EnvoyVersion.single(), Shape.TWO_PROCESSES), conf(decisions.actualPort()));
        prometheus = PrometheusProcess.scraping(
                Dashboards.rules(),
                List.of(stack.kernel().metricsPort(), stack.worker().metricsPort()));
    }

    private TestConf conf(int decisions) {
        TestConf conf = TestConf.ofTests();
        String tracing =
                "tracing: { enabled: true, sampling_rate: 0.1, endpoint: \"http://127.0.0.1:" + decisions + "\" }";
        return conf.replacing("kernel.yaml", "metrics_port: 0", "metrics_port: 0, " + tracing)
                .replacing("worker.yaml", "  observability:", """
                  stores: { redis: { url: "%s", timeout_ms: 1000 } }
                  targets:
                    decisions: { url: "http://127.0.0.1:%d" }
                    gone: { url: "http://127.0.0.1:1", timeout_ms: 500 }
                  sinks: { audit: { type: file, path: "%s" } }
                  observability:""".formatted(
                                redis.url(), decisions, conf.folder().resolve("audit.log"))
                        .indent(2)
                        .stripTrailing())
                .with("routes/observed.yaml", """
                        route_policies:
                          - route_name: /stored
                            request_flow:
                              policy_chain:
                                - policy: rateLimit
                                  params: { store: redis, on_store_failure: allow, limits: [ { requests: 9999, per: hour, key: "'all'" } ] }
                          - route_name: /asked
                            request_flow:
                              policy_chain:
                                - policy: extAuthz
                                  params: { protocol: http, target: decisions, cache: { key: [request.method, request.path], ttl_s: 1, negative_ttl_s: 1 } }
                          - route_name: /gone
                            request_flow:
                              policy_chain:
                                - { policy: extAuthz, on_failure: continue, params: { protocol: http, target: gone } }
                          - route_name: /slow
                            request_flow:
                              policy_chain: [ { policy: faultInjection, timeout_ms: 20, params: { delay_ms: 5000, percent: 100 } } ]
                          - route_name: /cached
                            request_flow:
                              policy_chain: [ { policy: cache, params: &cache { shared: true, ttl_s: 60 } } ]
                            response_flow:
                              policy_chain: [ { policy: cache, params: *cache } ]
                          - route_name: /audited
                            request_flow:
                              policy_chain: [ { policy: auditLog, params: &audit { sink: audit } } ]
                            response_flow:
                              policy_chain: [ { policy: auditLog, params: *audit } ]
                        """);
    }

    @AfterAll
    void stop() {
        prometheus.close();
        stack.close();
        redis.close();
        Load.await(vertx.close());
    }

    @Test
    void everyExpressionIsOfSomethingThatThisEngineShows() {
        Eventually.isTrue("a scrape", () -> hasSamples("policy_kernel_config_generation"));
        stack.conf().with("overrides.yaml", """
                overrides: [ { policy: virusScan, mode: shadow, reason: to be seen } ]
                """);
        stack.kernel().process().liveHeap();
        stack.worker().process().liveHeap();
        Map<String, String> empty = new TreeMap<>(Dashboards.expressions());
        assertThat(empty).hasSizeGreaterThan(100).containsKeys(OF_A_FAILED_STORE.toArray(String[]::new));

        awaitSamples(empty, OF_A_FAILED_STORE);
        redis.kill();
        awaitSamples(empty, Set.of());

        rulesCanBeEvaluated();
        Eventually.isTrue(
                "alerts",
                () -> pending()
                        .containsAll(Set.of(
                                "PolicyEngineRoutesRefused", "PolicyEngineStoreDown", "PolicyEngineTargetDown")));
    }

    private void send() {
        for (String path : REQUESTS) {
            stack.get(path, "Authorization", "Basic YWxpY2U6d3Jvbmc=");
        }
    }

    /** Sends requests until all of these but the exceptions have had samples. */
    private void awaitSamples(Map<String, String> empty, Set<String> exceptions) {
        try {
            Eventually.isTrue("samples", () -> {
                send();
                empty.values().removeIf(this::hasSamples);
                return exceptions.containsAll(empty.keySet());
            });
        } catch (AssertionError late) {
            throw new AssertionError("no samples of\n" + String.join("\n", lines(empty)), late);
        }
    }

    private static List<String> lines(Map<String, String> expressions) {
        return expressions.entrySet().stream()
                .map(each -> each.getKey() + ": " + each.getValue())
                .toList();
    }

    private boolean hasSamples(String expression) {
        return StreamSupport.stream(prometheus.query(expression).spliterator(), false)
                .anyMatch(sample -> !sample.path("value").path(1).stringValue().equals("NaN"));
    }

    /** Traces that can be looked up lead from a slow bucket to what was slow. */
    @Test
    void histogramsNameTracesOfSampledRequests() {
        String trace = "4bf92f3577b34da6a3ce929d0e0e4736";

        Eventually.isTrue("an exemplar", () -> {
            stack.get("/both", "traceparent", "00-" + trace + "-00f067aa0ba902b7-01");
            return prometheus
                    .exemplars("policy_kernel_chain_execution_duration_seconds_bucket")
                    .toString()
                    .contains("\"trace_id\":\"" + trace + "\"");
        });
    }

    private void rulesCanBeEvaluated() {
        Set<String> metrics = new TreeSet<>();
        for (JsonNode group : prometheus.rules()) {
            for (JsonNode rule : group.path("rules")) {
                assertThat(rule.path("health").stringValue())
                        .as(rule.toString())
                        .isEqualTo("ok");
                METRIC.matcher(rule.path("query").stringValue()).results().forEach(found -> metrics.add(found.group()));
            }
        }
        assertThat(metrics)
                .hasSizeGreaterThan(30)
                .allSatisfy(metric ->
                        assertThat(prometheus.query(metric)).as(metric).isNotEmpty());
    }

    private Set<String> pending() {
        return StreamSupport.stream(prometheus.query("ALERTS").spliterator(), false)
                .map(alert -> alert.path("metric").path("alertname").stringValue())
                .collect(Collectors.toSet());
    }
}
