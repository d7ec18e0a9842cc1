package io.policyengine.e2e.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.e2e.harness.EachEnvoy;
import io.policyengine.e2e.harness.EngineProcess;
import io.policyengine.e2e.harness.EnvoyProcess;
import io.policyengine.e2e.harness.Installation.EnvoyVersion;
import io.policyengine.e2e.harness.Load;
import io.policyengine.e2e.harness.TestConf;
import io.policyengine.e2e.harness.Web;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code a2aAccess} behind both Envoys, in front of an agent that compresses its card and streams its answers. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class A2aIT {
    private static final String CARD = "/.well-known/agent-card.json";
    private static final Duration TIMEOUT = Duration.ofSeconds(15);
    private static final JsonMapper JSON = new JsonMapper();

    private final Vertx vertx = Vertx.vertx();
    private final AtomicInteger reached = new AtomicInteger();
    private final HttpServer agent =
            Load.await(vertx.createHttpServer(new HttpServerOptions().setCompressionSupported(true))
                    .requestHandler(this::answer)
                    .listen(0, "127.0.0.1"));
    private final TestConf conf = TestConf.ofTests().with("routes/agents.yaml", """
                    route_policies:
                      - route_name: /*
                        request_flow: { policy_chain: [ { policy: a2aAccess, params: &agent { methods: { deny: [ tasks/cancel ] }, skills: { deny: [ delete ] }, url: "https://agents.example.com/travel" } } ] }
                        response_flow: { policy_chain: [ { policy: a2aAccess, params: *agent } ] }
                    """);

    /** Completes when the client has read the first event of a stream. */
    private CompletableFuture<Void> firstEventRead = new CompletableFuture<>();

    private EngineProcess engine;

    @BeforeAll
    void start() {
        engine = EngineProcess.embedded(conf).awaitReady();
    }

    @AfterAll
    void stop() {
        engine.close();
        Load.await(vertx.close());
        conf.close();
    }

    private void answer(HttpServerRequest request) {
        HttpServerResponse response = request.response();
        request.body().onSuccess(body -> {
            reached.incrementAndGet();
            if (body.toString().contains("message/stream")) {
                response.setChunked(true).putHeader("content-type", "text/event-stream");
                response.write(event("working"));
                CompletableFuture<Void> _ =
                        firstEventRead.thenRun(() -> vertx.runOnContext(_ -> response.end(event("completed"))));
            } else {
                response.putHeader("content-type", "application/json").end(CARD.equals(request.path()) ? """
                        {"name":"Travel","url":"http://internal:9000/","preferredTransport":"JSONRPC",\
                        "additionalInterfaces":[{"url":"http://internal:9001/","transport":"GRPC"}],\
                        "skills":[{"id":"search"},{"id":"delete"}],"signatures":[{"protected":"a","signature":"b"}]}""" : """
                        {"jsonrpc":"2.0","id":1,"result":{"kind":"task","id":"t"}}""");
            }
        });
    }

    private static String event(String state) {
        return "data: {\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"kind\":\"status-update\",\"status\":{\"state\":\""
                + state + "\"}}}\n\n";
    }

    private static String call(String method, String params) {
        return "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"" + method + "\",\"params\":" + params + "}";
    }

    private EnvoyProcess envoy(EnvoyVersion version) {
        return EnvoyProcess.start(version, conf.directory(), engine.port(), agent.actualPort());
    }

    private static Web.Answer post(EnvoyProcess envoy, String body) {
        return Web.send("POST", envoy.port(), "/", body, "content-type", "application/json");
    }

    @ParameterizedTest
    @EachEnvoy
    void theCardSaysWhatMayBeUsedAndWhere(EnvoyVersion version) throws IOException, InterruptedException {
        try (EnvoyProcess envoy = envoy(version)) {
            JsonNode card = JSON.readTree("""
                    {"name":"Travel","url":"https://agents.example.com/travel","preferredTransport":"JSONRPC",
                     "additionalInterfaces":[],"skills":[{"id":"search"}]}""");

            assertThat(Web.get(envoy.port(), CARD).json()).isEqualTo(card);
            assertThat(compressedCard(envoy)).isEqualTo(card);
        }
    }

    private static JsonNode compressedCard(EnvoyProcess envoy) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + envoy.port() + CARD))
                .timeout(TIMEOUT)
                .header("accept-encoding", "gzip")
                .build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<InputStream> response = client.send(request, HttpResponse.BodyHandlers.ofInputStream());
            assertThat(response.headers().firstValue("content-encoding")).contains("gzip");
            return JSON.readTree(new GZIPInputStream(response.body()));
        }
    }

    @ParameterizedTest
    @EachEnvoy
    void whatMayBeUsedReachesTheAgentAndNothingElseDoes(EnvoyVersion version) {
        try (EnvoyProcess envoy = envoy(version)) {
            int before = reached.get();
            assertThat(post(envoy, call("message/send", "{\"message\":{\"metadata\":{\"skillId\":\"search\"}}}"))
                            .json()
                            .at("/result/id")
                            .stringValue())
                    .isEqualTo("t");
            assertThat(reached.get()).isEqualTo(before + 1);

            for (String denied : List.of(
                    call("tasks/cancel", "{\"id\":\"t\"}"),
                    call("tasks\\u002fcancel", "{\"id\":\"t\"}"),
                    call("Tasks/Cancel", "{\"id\":\"t\"}"),
                    call("own/method", "{}"),
                    call("message/send", "{\"message\":{\"metadata\":{\"skillId\":\"DELETE\"}}}"),
                    call("message/send", "{\"message\":{\"metadata\":{\"skill\\u0049d\":\"delete\"}}}"))) {
                Web.Answer answer = post(envoy, denied);

                assertThat(answer.status()).as(denied).isEqualTo(200);
                assertThat(answer.json().at("/error/code").asInt()).as(denied).isIn(-32601, -32602);
            }
            for (String unreadable : List.of(
                    "[" + call("message/send", "{}") + "]",
                    call("message/send", "{}").replace("\"id\":1", "\"method\":\"tasks/cancel\""),
                    "{")) {
                assertThat(post(envoy, unreadable).status()).as(unreadable).isEqualTo(400);
            }
            assertThat(Web.get(envoy.port(), "/v1/tasks/t").status()).isEqualTo(403);
            assertThat(reached.get()).isEqualTo(before + 1);
        }
    }

    @ParameterizedTest
    @EachEnvoy
    void anAnswerStreamsEventByEvent(EnvoyVersion version) throws IOException, InterruptedException {
        firstEventRead = new CompletableFuture<>();
        try (EnvoyProcess envoy = envoy(version);
                HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + envoy.port() + "/"))
                    .timeout(TIMEOUT)
                    .header("content-type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString(call("message/stream", "{}")))
                    .build();
            HttpResponse<InputStream> response = client.send(request, HttpResponse.BodyHandlers.ofInputStream());
            try (BufferedReader lines =
                    new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
                assertThat(lines.readLine()).contains("working");
                firstEventRead.complete(null);

                assertThat(lines.lines().filter(line -> !line.isEmpty()))
                        .singleElement()
                        .asString()
                        .contains("completed");
            }
        }
    }
}
