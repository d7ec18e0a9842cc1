package io.policyengine.it.operation;

import static io.policyengine.it.engine.TestEngine.PATIENT;
import static io.policyengine.it.engine.TestEngine.route;
import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.it.engine.TestEngine;
import io.policyengine.it.engine.TestWorker;
import io.policyengine.testkit.envoy.SimRequest;
import io.policyengine.testkit.envoy.SimResponse;
import io.policyengine.testkit.envoy.SimResult;
import io.policyengine.testkit.time.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the flight recorder tells of exchanges, with workers of either form. */
@ParameterizedClass
@EnumSource
class RecordedExchangeTest {
    private static final JsonMapper JSON = JsonMapper.shared();

    private final HttpClient http = HttpClient.newHttpClient();
    private final TestWorker.Form form;
    private final TestEngine engine;

    RecordedExchangeTest(TestWorker.Form form, @TempDir Path directory) {
        this.form = form;
        this.engine = new TestEngine(form, directory);
    }

    @AfterEach
    void stop() {
        http.close();
        engine.close();
    }

    private void start(String... routes) {
        engine.worker(
                        "one",
                        UnaryOperator.identity(),
                        "setHeader",
                        "later",
                        "never",
                        "failing",
                        "cutOff",
                        "denying",
                        "skipping",
                        "leave",
                        "remember",
                        "answer",
                        "chunks")
                .start(
                        PATIENT + "workers: [ { name: one, timeout_ms: 1500 } ]\n"
                                + "observability: { metrics_port: 0, recorder: { sample: 1 } }\n",
                        routes);
    }

    private JsonNode recorded(String route) {
        return first("/exchanges?route=" + route);
    }

    private JsonNode first(String path) {
        Await.until(() -> !get(path).path("exchanges").isEmpty());
        return get(path).path("exchanges").get(0);
    }

    private JsonNode get(String path) {
        try {
            HttpResponse<String> response = http.send(
                    HttpRequest.newBuilder(URI.create(
                                    "http://127.0.0.1:" + engine.kernel().adminPort() + path))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            return JSON.readTree(response.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static JsonNode entry(JsonNode exchange, int call, int entry) {
        return exchange.path("calls").path(call).path("entries").path(entry);
    }

    private static String text(JsonNode of, String name) {
        return of.path(name).asString("");
    }

    @Test
    void whatEntriesChangedIsToldByNameAndWhenAndHowLong() {
        start(route(
                "r",
                "[ { policy: setHeader, params: { name: x-a, value: a-secret } }, { policy: later, params: { value: v } },"
                        + " { policy: leave } ]",
                "[ { policy: answer } ]"));
        engine.get("r", "authorization", "a-secret");

        JsonNode exchange = recorded("r");

        assertThat(String.valueOf(exchange)).doesNotContain("a-secret");
        assertThat(text(exchange.path("end"), "outcome")).isEqualTo("passed");
        assertThat(exchange.path("end").path("status").asInt()).isEqualTo(201);
        assertThat(text(exchange.path("chosen"), "matched")).isEqualTo("exact");
        assertThat(text(exchange.path("chosen"), "location")).startsWith("routes/routes.yaml:");
        assertThat(text(entry(exchange, 0, 0), "verdict")).isEqualTo("changed");
        assertThat(entry(exchange, 0, 0).path("changes").toString()).contains("set_field", "x-a");
        assertThat(text(entry(exchange, 0, 0), "location")).startsWith("routes/routes.yaml:");
        assertThat(entry(exchange, 0, 1).path("took_ms").asDouble()).isPositive();
        assertThat(entry(exchange, 0, 1).path("took_ms").asDouble())
                .isLessThanOrEqualTo(
                        exchange.path("calls").path(0).path("took_ms").asDouble());
        assertThat(entry(exchange, 0, 2).path("began_ms").asDouble())
                .isGreaterThanOrEqualTo(entry(exchange, 0, 1).path("took_ms").asDouble());
        assertThat(entry(exchange, 0, 2).path("changes").toString()).contains("set_response_field", "x-left");
        assertThat(text(exchange.path("calls").path(0), "replica"))
                .endsWith(form == TestWorker.Form.EMBEDDED ? "embedded" : "w.sock");
        assertThat(text(exchange.path("calls").path(1), "part")).isEqualTo("response");
        assertThat(exchange.path("messages").findValuesAsString("kind"))
                .containsExactly(
                        "last_request_headers", "request_headers", "last_response_headers", "response_headers");
    }

    @Test
    void aDenialNamesItsEntryAndThoseAfterItAndItsIdFindsIt() {
        start(route(
                "r", "[ { policy: setHeader }, { policy: denying }, { policy: later } ]", "[ { policy: answer } ]"));
        engine.get("r", "x-request-id", "my-id");

        JsonNode exchange = first("/exchanges/my-id");

        assertThat(text(exchange, "kept")).isEqualTo("denied");
        assertThat(text(exchange.path("end"), "decided_by")).isEqualTo("denying");
        assertThat(text(entry(exchange, 0, 1), "verdict")).isEqualTo("denied");
        assertThat(text(entry(exchange, 0, 2), "verdict")).isEqualTo("not_reached");
        assertThat(text(exchange.path("calls").path(1), "part")).isEqualTo("on_denial");
        assertThat(get("/exchanges/another-id").path("code").asString("")).isEqualTo("not_found");
    }

    @Test
    void conditionsFailuresShadowsAndSkipsAreVerdicts() {
        start(route(
                "r",
                "[ { policy: later, when: \"request.method == 'PUT'\" }, { policy: cutOff, on_failure: continue },"
                        + " { policy: denying, mode: shadow }, { policy: skipping }, { policy: setHeader } ]",
                "[]"));
        engine.get("r");

        JsonNode exchange = recorded("r");

        assertThat(exchange.findValuesAsString("verdict"))
                .containsExactly("skipped", "failed", "shadow", "skip_remaining", "not_reached");
        JsonNode failed = entry(exchange, 0, 1);
        assertThat(text(failed, "code")).isEqualTo("DEPENDENCY_UNAVAILABLE");
        assertThat(text(failed, "on_failure")).isEqualTo("continue");
        assertThat(text(entry(exchange, 0, 3), "reason")).isIn("enough", "");
    }

    @Test
    void aCallThatTookTooLongTellsWhatItWasTo() {
        start(route("r", "[ { policy: setHeader }, { policy: never } ]", "[]"));
        SimResult result = engine.get("r");
        assertThat(result.status()).isEqualTo(500);

        JsonNode exchange = recorded("r");

        assertThat(text(exchange, "kept")).isEqualTo("error");
        assertThat(text(exchange.path("end"), "code")).isEqualTo("POLICY_TIMEOUT");
        JsonNode call = exchange.path("calls").path(0);
        assertThat(text(call, "status")).isEqualTo("policy_error");
        assertThat(call.path("took_ms").asDouble()).isGreaterThan(300);
        assertThat(exchange.findValuesAsString("verdict")).containsExactly("changed", "failed");
        assertThat(text(entry(exchange, 0, 1), "on_failure")).isEqualTo("deny");
    }

    @Test
    void anEntryWithoutTimeTellsWhoTookIt() {
        start(route(
                "r",
                "[ { policy: never, on_failure: continue }, { policy: setHeader, on_failure: continue }, { policy: later } ]",
                "[]"));
        SimResult result = engine.get("r");
        assertThat(result.status()).isEqualTo(503);

        JsonNode exchange = recorded("r");

        assertThat(text(exchange.path("end"), "code")).isEqualTo("DEADLINE_EXCEEDED");
        assertThat(text(exchange.path("calls").path(0), "status")).isEqualTo("deadline_exceeded");
        assertThat(exchange.findValuesAsString("verdict")).containsExactly("failed", "failed", "not_reached");
        assertThat(text(entry(exchange, 0, 0), "code")).isEqualTo("POLICY_TIMEOUT");
        assertThat(text(entry(exchange, 0, 1), "code")).isEqualTo("DEADLINE_EXCEEDED");
        assertThat(text(entry(exchange, 0, 1), "on_failure")).isEqualTo("deny");
    }

    @Test
    void chunksAreCountedWithTheirTimeAndNotToldOneByOne() {
        start(route("r", "streaming", "[ { policy: chunks, params: { name: append, value: z } } ]", "[]"));
        engine.exchange("r", SimRequest.post("/", "a", "b", "c"), SimResponse.of(200));

        JsonNode exchange = recorded("r");

        JsonNode call = exchange.path("calls").path(0);
        assertThat(call.path("chunks").asInt()).isGreaterThanOrEqualTo(3);
        assertThat(call.path("body_changed").asBoolean()).isTrue();
        assertThat(entry(exchange, 0, 0).path("chunks").asInt())
                .isEqualTo(call.path("chunks").asInt());
        assertThat(entry(exchange, 0, 0).path("chunks_ms").asDouble()).isPositive();
    }
}
