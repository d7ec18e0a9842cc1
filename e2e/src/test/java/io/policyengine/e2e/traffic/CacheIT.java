package io.policyengine.e2e.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.e2e.harness.EachEnvoy;
import io.policyengine.e2e.harness.EngineProcess;
import io.policyengine.e2e.harness.EnvoyProcess;
import io.policyengine.e2e.harness.Eventually;
import io.policyengine.e2e.harness.Installation.EnvoyVersion;
import io.policyengine.e2e.harness.Load;
import io.policyengine.e2e.harness.TestConf;
import io.policyengine.e2e.harness.Web;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;

/** {@code cache} behind real Envoys: each test has paths of its own, so that all share one engine. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CacheIT {
    private static final String LONG = "0123456789".repeat(20_000);
    private static final int AT_ONCE = 20;

    private final Vertx vertx = Vertx.vertx();
    private final Map<String, Integer> asked = new ConcurrentHashMap<>();
    private final HttpServer upstream =
            Load.await(vertx.createHttpServer().requestHandler(this::answer).listen(0, "127.0.0.1"));
    private final TestConf conf = TestConf.ofTests()
            .replacing(
                    "kernel.yaml",
                    "metrics_port: 0",
                    "metrics_port: 0, admin_tokens: [ { name: on-call, role: operate, file: token } ]")
            .with("token", "a-token-of-operators\n")
            .with("routes/cached.yaml", """
                    route_policies:
                      - route_name: /cached*
                        request_flow: { policy_chain: [ { policy: cache, params: &cache { wait_ms: 5000 } } ] }
                        response_flow: { policy_chain: [ { policy: cache, params: *cache } ] }
                      - route_name: /keyed*
                        request_flow:
                          policy_chain:
                            - policy: apiKeyAuth
                              params: { keys: [ { consumer: alice, plain: alices-key }, { consumer: bob, plain: bobs-key } ] }
                            - { policy: cache, params: *cache }
                        response_flow: { policy_chain: [ { policy: cache, params: *cache } ] }
                    """);
    private final Map<EnvoyVersion, EnvoyProcess> envoys = new EnumMap<>(EnvoyVersion.class);
    private EngineProcess engine;

    /** Answers by the last part of the path but one; the last part tells tests apart. */
    private void answer(HttpServerRequest request) {
        int time = asked.merge(request.uri(), 1, Integer::sum);
        HttpServerResponse response = request.response().putHeader("cache-control", "max-age=600");
        String seen = time + " " + request.getHeader("x-user-id") + " " + request.getHeader("x-forwarded-host");
        String[] parts = String.valueOf(request.path()).split("/", -1);
        switch (parts[2]) {
            case "slow" -> vertx.setTimer(300, _ -> response.end(seen));
            case "long" -> response.putHeader("etag", "\"a\"").end(LONG);
            case "validated" -> {
                response.putHeader("cache-control", "max-age=1").putHeader("etag", "\"a\"");
                if (request.getHeader("if-none-match") != null) {
                    response.setStatusCode(304).end();
                } else {
                    response.putHeader("content-type", "text/x-first").end(seen);
                }
            }
            case "failing" ->
                response.putHeader("cache-control", "max-age=1, stale-if-error=600")
                        .setStatusCode(time == 1 ? 200 : 503)
                        .end(seen);
            default -> request.body().onSuccess(body -> response.end(seen + " " + body));
        }
    }

    @BeforeAll
    void start() {
        engine = EngineProcess.embedded(conf);
        for (EnvoyVersion version : EnvoyVersion.repeated()) {
            envoys.put(version, EnvoyProcess.start(version, conf.directory(), engine.port(), upstream.actualPort()));
        }
        engine.awaitReady();
    }

    @AfterAll
    void stop() {
        envoys.values().forEach(EnvoyProcess::close);
        engine.close();
        Load.await(vertx.close());
        conf.close();
    }

    private int port(EnvoyVersion version) {
        return Objects.requireNonNull(envoys.get(version)).port();
    }

    private static String status(Web.Answer answer) {
        return Objects.requireNonNullElse(answer.header("cache-status"), "");
    }

    @ParameterizedTest
    @EachEnvoy
    void answersFromWhatTheUpstreamAnsweredBeforeWhateverPartIsAskedFor(EnvoyVersion version) {
        String path = "/cached/long/" + version.name();
        Web.Answer first = Web.get(port(version), path);
        assertThat(first.body()).isEqualTo(LONG);
        assertThat(status(first)).startsWith("policy-engine; fwd=uri-miss; stored");

        Web.Answer second = Web.get(port(version), path);
        assertThat(second.body()).isEqualTo(LONG);
        assertThat(status(second)).startsWith("policy-engine; hit; ttl=");
        assertThat(second.header("age")).isNotNull();
        assertThat(second.header("etag")).isEqualTo("\"a\"");
        Web.Answer part = Web.get(port(version), path, "Range", "bytes=5-7");
        assertThat(part.status()).isEqualTo(206);
        assertThat(part.body()).isEqualTo("567");
        assertThat(part.header("content-range")).isEqualTo("bytes 5-7/200000");
        Web.Answer unchanged = Web.get(port(version), path, "If-None-Match", "\"a\"");
        assertThat(unchanged.status()).isEqualTo(304);
        assertThat(unchanged.body()).isEmpty();
        Web.Answer head = Web.send("HEAD", port(version), path, "");
        assertThat(head.status()).isEqualTo(200);
        assertThat(head.header("content-length")).isEqualTo("200000");
        assertThat(asked).containsEntry(path, 1);
    }

    @ParameterizedTest
    @EachEnvoy
    void oneRequestFetchesTheAnswerForManyAtOnce(EnvoyVersion version) {
        HttpClient http = vertx.createHttpClient(new PoolOptions().setHttp1MaxSize(AT_ONCE));
        List<Future<String>> answers = new ArrayList<>();
        for (int i = 0; i < AT_ONCE; i++) {
            answers.add(http.request(HttpMethod.GET, port(version), "127.0.0.1", "/cached/slow/" + version.name())
                    // The body in one step: asked for later, on this thread, it may be over before, and then it never
                    // comes.
                    .compose(request -> request.send().compose(response -> response.body()))
                    .map(Object::toString));
        }

        Load.await(Future.all(answers));
        // Not before, and not by itself: Vert.x closes clients that nobody refers to any more.
        Load.await(http.close());

        assertThat(answers).extracting(Future::result).containsOnly("1 null null");
    }

    @ParameterizedTest
    @EachEnvoy
    void aClientGetsTheWholeAnswerThatTheUpstreamConfirms(EnvoyVersion version) {
        String path = "/cached/validated/" + version.name();
        Web.Answer first = Web.get(port(version), path);

        Web.Answer confirmed = Eventually.get("an answer that was confirmed", () -> {
            Web.Answer answer = Web.get(port(version), path);
            return status(answer).contains("fwd-status=304") ? answer : null;
        });

        assertThat(confirmed.status()).isEqualTo(200);
        assertThat(confirmed.body()).isEqualTo(first.body());
        assertThat(confirmed.header("content-type")).isEqualTo("text/x-first");
        assertThat(confirmed.header("etag")).isEqualTo("\"a\"");
    }

    @ParameterizedTest
    @EachEnvoy
    void aStaleAnswerStandsInForAnError(EnvoyVersion version) {
        String path = "/cached/failing/" + version.name();
        Web.Answer first = Web.get(port(version), path);

        Web.Answer stale = Eventually.get("an answer in place of an error", () -> {
            Web.Answer answer = Web.get(port(version), path);
            return status(answer).contains("stale-if-error") ? answer : null;
        });

        assertThat(stale.status()).isEqualTo(200);
        assertThat(stale.body()).isEqualTo(first.body());
    }

    @ParameterizedTest
    @EachEnvoy
    void noIdentityGetsTheAnswerOfAnother(EnvoyVersion version) {
        String path = "/keyed/plain/" + version.name();
        for (int i = 0; i < 3; i++) {
            assertThat(Web.get(port(version), path, "X-API-Key", "alices-key").body())
                    .isEqualTo("1 alice null ");
            assertThat(Web.get(port(version), path, "X-API-Key", "bobs-key").body())
                    .isEqualTo("2 bob null ");
        }
        assertThat(Web.get(port(version), path).status()).isEqualTo(401);
    }

    @ParameterizedTest
    @EachEnvoy
    void whatAnAttackerHasPutIntoAnAnswerStaysWithTheAttacker(EnvoyVersion version) {
        String path = "/cached/plain/" + version.name();
        Web.get(port(version), path, "X-Forwarded-Host", "evil.example");
        Web.send("GET", port(version), path, "evil");
        assertThat(load(version, path, "evil").version()).isEqualTo(HttpVersion.HTTP_2);

        Web.Answer victim = Web.get(port(version), path);

        assertThat(victim.body()).doesNotContain("evil");
        assertThat(status(victim)).contains("fwd=uri-miss");
    }

    /** A GET whose body no field announces. */
    private HttpClientResponse load(EnvoyVersion version, String path, String body) {
        HttpClient http = vertx.createHttpClient(
                new HttpClientOptions().setProtocolVersion(HttpVersion.HTTP_2).setHttp2ClearTextUpgrade(false));
        HttpClientResponse response = Load.await(http.request(HttpMethod.GET, port(version), "127.0.0.1", path)
                .compose(request -> {
                    request.setChunked(true).write(body);
                    return request.end()
                            .compose(_ -> request.response()
                                    .compose(answer -> answer.body().map(answer)));
                })
                .eventually(http::close));
        assertThat(response.getHeader("cache-status")).contains("fwd=bypass");
        return response;
    }

    @ParameterizedTest
    @EachEnvoy
    void aChangeAndAnOperatorLetItForget(EnvoyVersion version) {
        String path = "/cached/plain/forgotten-" + version.name();
        assertThat(Web.get(port(version), path).body()).startsWith("1 ");
        assertThat(Web.get(port(version), path).body()).startsWith("1 ");
        Web.send("POST", port(version), path, "change");
        assertThat(Web.get(port(version), path).body()).startsWith("3 ");
        assertThat(Web.get(port(version), path).body()).startsWith("3 ");

        Web.Answer purged = Web.send(
                "POST",
                engine.metricsPort(),
                "/cache:purge",
                "{\"path\": \"" + path + "\"}",
                "Authorization",
                "Bearer a-token-of-operators");

        assertThat(purged.status()).as(purged.body()).isEqualTo(200);
        assertThat(purged.body()).contains("purged_until");
        assertThat(Web.get(port(version), path).body()).startsWith("4 ");
    }
}
