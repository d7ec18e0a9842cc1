package io.policyengine.e2e.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.e2e.harness.EngineProcess;
import io.policyengine.e2e.harness.EnvoyProcess;
import io.policyengine.e2e.harness.Eventually;
import io.policyengine.e2e.harness.Figures;
import io.policyengine.e2e.harness.Installation.EnvoyVersion;
import io.policyengine.e2e.harness.Load;
import io.policyengine.e2e.harness.TestConf;
import io.policyengine.e2e.harness.Upstream;
import io.policyengine.e2e.harness.Web;
import io.policyengine.testkit.redis.RedisServer;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Two engines behind one Envoy, which enforce limits together by a real Redis. The limits are exact; while Redis is
 * gone, {@code on_store_failure} applies.
 */
@Tag("alone")
@Tag("nightly")
class SharedLimitIT {
    private static final int LIMIT = 1_000;
    private static final int REQUESTS = Figures.times(10_000, 4_000);
    private static final int MEASURED = Figures.times(4_000, 2_000);
    private static final int CLIENTS = 64;
    private static final int SMALL_LIMIT = 20;
    private static final String[] TOKEN = {"Authorization", "Bearer a-token-of-operators"};

    /** One for all tests, each of which uses routes of its own. */
    private static RedisServer redis;

    private static TestConf first;
    private static TestConf second;
    private static Upstream upstream;
    private static List<EngineProcess> engines;
    private static EnvoyProcess envoy;
    private static Load load;

    private static TestConf conf() {
        return TestConf.ofTests()
                .replacing("kernel.yaml", "metrics_port: 0", "metrics_port: 0, admin_token: '${file:token}'")
                .with("token", "a-token-of-operators\n")
                .with("worker.yaml", """
                worker_core:
                  name: default-worker
                  socket_path: SOCKET
                  server: { policy_timeout_ms: 10000 }
                  observability: { metrics_port: 0 }
                  stores:
                    redis: { url: "%s", timeout_ms: 5000, breaker: { open_ms: 200 } }
                """.formatted(redis.url()))
                .with(
                        "routes/limits.yaml",
                        """
                route_policies:
                """ + route("fixed", "fixed_window", LIMIT, "deny", "")
                                + route("gcra", "gcra", LIMIT, "deny", "")
                                + route("sliding", "sliding_window", LIMIT, "deny", "")
                                + route("synced", "fixed_window", LIMIT, "deny", ", replicas: 2, sync_interval_ms: 50")
                                + route("told", "fixed_window", SMALL_LIMIT, "deny", "")
                                + route("deny", "fixed_window", SMALL_LIMIT, "deny", "")
                                + route("allow", "fixed_window", SMALL_LIMIT, "allow", "")
                                + route("local", "fixed_window", SMALL_LIMIT, "local", ", replicas: 2")
                                + quota("quota")
                                + quota("asked")
                                + route("busy", "gcra", 1_000_000_000, "local", "")
                                + route("busy-synced", "gcra", 1_000_000_000, "local", ", sync_interval_ms: 100")
                                + """
                  - route_name: /free
                    request_flow:
                      policy_chain: [{ policy: rateLimit, params: { limits: [{ requests: 1000000000, per: hour, key: "'all'" }] } }]
                """.indent(0));
    }

    private static String route(String name, String algorithm, int requests, String onFailure, String more) {
        return """
                  - route_name: /%s
                    request_flow:
                      policy_chain:
                        - policy: rateLimit
                          params:
                            { store: redis, algorithm: %s, on_store_failure: %s%s,
                              limits: [{ name: all, requests: %d, per: hour, key: "'all'" }] }
                """.formatted(name, algorithm, onFailure, more, requests).indent(0);
    }

    /** Counted by its own name. */
    private static String quota(String name) {
        return """
                  - route_name: /%1$s
                    request_flow:
                      policy_chain:
                        - policy: quota
                          params:
                            { store: redis, on_store_failure: deny, limits: [{ requests: %2$d, per: month, key: "'%1$s'" }] }
                """.formatted(name, SMALL_LIMIT).indent(0);
    }

    @BeforeAll
    static void start() {
        redis = RedisServer.start();
        first = conf();
        second = conf();
        upstream = Upstream.start();
        engines = List.of(EngineProcess.embedded(first), EngineProcess.embedded(second));
        engines.forEach(EngineProcess::awaitReady);
        envoy = EnvoyProcess.start(
                EnvoyVersion.V1_36,
                first.directory(),
                engines.stream().map(EngineProcess::port).toList(),
                upstream.port(),
                UnaryOperator.identity());
        load = new Load(envoy.port());
        Eventually.isTrue("both serve", () -> {
            Load.await(load.send("/busy", 50, 4));
            return engines.stream()
                    .allMatch(engine -> Web.get(engine.metricsPort(), "/metrics")
                            .body()
                            .lines()
                            .anyMatch(line -> line.startsWith("policy_worker_executions_total{")
                                    && line.contains("rateLimit")
                                    && !line.endsWith(" 0.0")));
        });
    }

    @AfterAll
    static void stop() {
        load.close();
        envoy.close();
        engines.forEach(EngineProcess::close);
        upstream.close();
        first.close();
        second.close();
        redis.close();
    }

    private static Map<Integer, Integer> statuses(String path, int requests) {
        return Load.await(load.send(path, requests, CLIENTS)).statuses();
    }

    private static int passed(String path) {
        Map<Integer, Integer> statuses = statuses(path, REQUESTS);
        assertThat(statuses.keySet()).as(path).containsOnly(200, 429);
        return statuses.getOrDefault(200, 0);
    }

    @Test
    void twoEnginesAdmitWhatTheLimitSays() {
        assertThat(passed("/fixed")).isEqualTo(LIMIT);
        long before = System.nanoTime();
        int byBucket = passed("/gcra");
        int sliding = passed("/sliding");
        long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - before) + 1;
        assertThat(byBucket).isBetween(LIMIT, LIMIT + 1 + (int) (seconds * LIMIT / 3600));
        assertThat(sliding).isBetween(LIMIT, LIMIT + 1 + (int) (seconds * LIMIT / 3600));
        int synced = passed("/synced");
        assertThat(synced).isBetween(LIMIT, LIMIT + LIMIT / 2);
        System.out.printf("%nshared limit of 1,000: gcra %d, sliding %d, synced %d%n", byBucket, sliding, synced);
    }

    @Test
    void passingResponsesTellWhatIsLeftForBothEnginesTogether() {
        for (int left = SMALL_LIMIT - 1; left >= 0; left--) {
            Web.Answer answer = Web.get(envoy.port(), "/told");
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.header("RateLimit-Policy")).isEqualTo("\"all\";q=20;w=3600");
            assertThat(answer.header("RateLimit")).startsWith("\"all\";r=" + left + ";t=");
        }
        Web.Answer denial = Web.get(envoy.port(), "/told");
        assertThat(denial.status()).isEqualTo(429);
        assertThat(denial.header("RateLimit")).isEqualTo("\"all\";r=0;t=" + denial.header("Retry-After"));
    }

    @Test
    void eitherEngineTellsWhatIsLeftOfAQuota() {
        assertThat(statuses("/asked", 7)).containsOnlyKeys(200);
        for (EngineProcess engine : engines) {
            assertThat(Web.get(engine.metricsPort(), "/quotas?key=asked", TOKEN).body())
                    .contains("\"used\" : 7", "\"remaining\" : 13");
        }
    }

    @Test
    void eachModeHoldsWhileTheStoreIsGoneAndEndsWithoutARestart() {
        for (String path : List.of("/deny", "/allow", "/local", "/quota")) {
            assertThat(statuses(path, SMALL_LIMIT)).as(path).containsOnlyKeys(200);
            assertThat(statuses(path, 4)).as(path).containsOnlyKeys(429);
        }
        Load.Running busy = load.trickle("/busy", 8);

        redis.kill();
        Eventually.isTrue("it is noticed", () -> Web.get(envoy.port(), "/deny").status() == 503);
        assertThat(statuses("/deny", 100)).containsOnlyKeys(503);
        assertThat(statuses("/quota", 100)).containsOnlyKeys(503);
        assertThat(statuses("/allow", 100)).containsOnlyKeys(200);
        Map<Integer, Integer> local = statuses("/local", 200);
        assertThat(local).as("each has half of it").isEqualTo(Map.of(200, SMALL_LIMIT, 429, 200 - SMALL_LIMIT));

        redis.restart();
        Eventually.isTrue(
                "it is used again", () -> Web.get(envoy.port(), "/deny").status() == 200);
        Eventually.isTrue(
                "by both", () -> statuses("/deny", 2 * SMALL_LIMIT).keySet().equals(Set.of(429)));
        assertThat(statuses("/quota", 2 * SMALL_LIMIT)).isEqualTo(Map.of(200, SMALL_LIMIT, 429, SMALL_LIMIT));
        assertThat(busy.stop().statuses()).as("the load meanwhile").containsOnlyKeys(200);
    }

    @Test
    void anIntervalBetweenRoundTripsSavesMostOfThem() {
        try (EnvoyProcess alone = EnvoyProcess.start(
                        EnvoyVersion.V1_36,
                        first.directory(),
                        engines.getFirst().port(),
                        upstream.port());
                Load ofOne = new Load(alone.port())) {
            for (String path : List.of("/busy", "/busy-synced", "/free")) {
                for (Load clients : List.of(ofOne, load)) {
                    Load.await(clients.send(path, 500, CLIENTS));
                    long before = redis.calls("evalsha");
                    long begin = System.nanoTime();
                    assertThat(Load.await(clients.send(path, MEASURED, CLIENTS)).statuses())
                            .containsOnlyKeys(200);
                    double seconds = (System.nanoTime() - begin) / 1e9;
                    long used = redis.calls("evalsha") - before;
                    System.out.printf(
                            "%n%s, %s: %.0f requests/s, %d scripts%n",
                            path, clients == load ? "two engines" : "one engine", MEASURED / seconds, used);
                    if (path.equals("/busy")) {
                        assertThat(used).isGreaterThanOrEqualTo(MEASURED);
                    } else {
                        assertThat(used).isLessThan(MEASURED / 10);
                    }
                }
            }
        }
    }
}
