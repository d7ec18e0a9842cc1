package io.policyengine.e2e.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.e2e.harness.EngineProcess;
import io.policyengine.e2e.harness.EnvoyProcess;
import io.policyengine.e2e.harness.Figures;
import io.policyengine.e2e.harness.Installation.EnvoyVersion;
import io.policyengine.e2e.harness.Load;
import io.policyengine.e2e.harness.TestConf;
import io.policyengine.e2e.harness.Upstream;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.PoolOptions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * {@code extAuthz} behind a real Envoy, with a service that takes its time: what the memory of decisions saves, in calls and in time.
 * Prints the table.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DecisionCacheIT {
    private static final int REQUESTS = Figures.times(2_000, 400);
    private static final int WARM_UP = Figures.times(400, 40);
    private static final int CLIENTS = 16;
    private static final int KEYS = 20;
    private static final int DECISION_MS = 20;

    private final Vertx vertx = Vertx.vertx();
    private final HttpClient http = vertx.createHttpClient(new PoolOptions().setHttp1MaxSize(CLIENTS));
    private final AtomicInteger calls = new AtomicInteger();
    private final TestConf conf = conf(
            Load.await(vertx.createHttpServer().requestHandler(this::decide).listen(0, "127.0.0.1")));
    private final Upstream upstream = Upstream.start();
    private final ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
    private EngineProcess engine;
    private EnvoyProcess envoy;

    /** A request that was answered. */
    private record Timed(long nanos, boolean asDecided) {}

    private void decide(HttpServerRequest request) {
        calls.incrementAndGet();
        vertx.setTimer(
                DECISION_MS,
                _ -> request.response()
                        .setStatusCode(status(Objects.requireNonNull(request.path())))
                        .end());
    }

    /** The decision about a path: its key is the number at its end, and every fourth is denied. */
    private static int status(String path) {
        return Integer.parseInt(path.substring(path.lastIndexOf('/') + 1)) % 4 == 0 ? 403 : 200;
    }

    private static TestConf conf(HttpServer service) {
        return TestConf.ofTests()
                .replacing(
                        "worker.yaml",
                        "  observability:",
                        "  targets: { decisions: { url: 'http://127.0.0.1:" + service.actualPort()
                                + "', timeout_ms: 4000 } }\n  observability:")
                .with("routes/decided.yaml", """
                        route_policies:
                          - route_name: /asked*
                            request_flow:
                              policy_chain: [{ policy: extAuthz, timeout_ms: 5000, params: { protocol: http, target: decisions } }]
                          - route_name: /cached*
                            request_flow:
                              policy_chain:
                                - policy: extAuthz
                                  timeout_ms: 5000
                                  params:
                                    protocol: http
                                    target: decisions
                                    cache: { key: [request.method, request.path], ttl_s: 600, negative_ttl_s: 600 }
                        """);
    }

    @BeforeAll
    void start() {
        engine = EngineProcess.embedded(conf);
        envoy = EnvoyProcess.start(EnvoyVersion.single(), conf.directory(), engine.port(), upstream.port());
    }

    @AfterAll
    void stop() {
        clients.shutdownNow();
        envoy.close();
        engine.close();
        upstream.close();
        Load.await(vertx.close());
        conf.close();
    }

    @Test
    void asksOnceForEachKeyAndNotForEachRequest() throws Exception {
        engine.awaitReady();
        send("/cached/others", WARM_UP);
        System.out.println("| decisions | requests | calls to the service | p50 ms | p99 ms |\n|---|---|---|---|---|");

        assertThat(measure("asked for", "/asked")).isEqualTo(REQUESTS);
        assertThat(measure("remembered", "/cached")).isEqualTo(KEYS);
    }

    /** Prints a row; returns the calls to the service. */
    private int measure(String name, String path) throws InterruptedException, ExecutionException {
        int before = calls.get();
        List<Timed> answers = send(path, REQUESTS);
        int made = calls.get() - before;
        long[] sorted = answers.stream().mapToLong(Timed::nanos).sorted().toArray();
        System.out.printf(
                "| %s | %d | %d | %.1f | %.1f |%n",
                name,
                sorted.length,
                made,
                sorted[sorted.length / 2] / 1e6,
                sorted[(sorted.length * 99 - 1) / 100] / 1e6);
        assertThat(answers).hasSize(REQUESTS).allMatch(Timed::asDecided);
        return made;
    }

    /** Sends all requests, for all keys in turn; each client waits for an answer before it sends the next. */
    private List<Timed> send(String path, int requests) throws InterruptedException, ExecutionException {
        AtomicInteger next = new AtomicInteger();
        Callable<List<Timed>> client = () -> {
            List<Timed> own = new ArrayList<>();
            for (int i = next.getAndIncrement(); i < requests; i = next.getAndIncrement()) {
                own.add(ask(path, i % KEYS));
            }
            return own;
        };
        List<Timed> all = new ArrayList<>();
        for (Future<List<Timed>> own : clients.invokeAll(Collections.nCopies(CLIENTS, client))) {
            all.addAll(own.get());
        }
        return all;
    }

    private Timed ask(String path, int key) {
        String keyed = path + "/" + key;
        long begun = System.nanoTime();
        int status = Load.await(http.request(HttpMethod.GET, envoy.port(), "127.0.0.1", keyed)
                // The body in one step: asked for later, on this thread, it may be over before, and then it never
                // comes.
                .compose(request ->
                        request.send().compose(response -> response.body().map(response.statusCode()))));
        return new Timed(System.nanoTime() - begun, status == status(keyed));
    }
}
