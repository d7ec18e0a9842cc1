package io.policyengine.admin.api;

import static io.policyengine.kernel.harness.KernelHarness.route;
import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.admin.harness.Answer;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.worker.EntryAnswer;
import io.policyengine.kernel.harness.Policies;
import io.policyengine.testkit.envoy.SimRequest;
import io.policyengine.testkit.time.Await;
import io.policyengine.testkit.time.FakeTicker;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** The queries for recorded exchanges, and their refusals. */
class ExchangesApiTest extends ManagedKernel {
    private static final String SETTINGS = WORKERS + "trusted_hops: 1\n";

    private void start() {
        first.with("one", Policies.onRequest(request -> {
            String code = request.request().headers().get("x-deny");
            return code == null
                    ? RequestOutcome.proceed(List.of())
                    : RequestOutcome.respond(
                            new ImmediateResponse(401, HeaderMap.empty(), Buffer.buffer(), "denied").withCode(code));
        }));
        kernel.start(SETTINGS, FIRST);
    }

    private void denied(String id, String path, String client, String code) {
        kernel.exchange("/first", SimRequest.get(path, "x-request-id", id, "x-forwarded-for", client, "x-deny", code));
        Await.until(() -> ids("limit=200").contains(id));
    }

    private List<String> ids(String query) {
        Answer answer = call(HttpMethod.GET, "/exchanges?" + query);
        assertThat(answer.status()).as(answer.body().toString()).isEqualTo(200);
        return answer.body().path("exchanges").findValuesAsString("request_id");
    }

    @Test
    void findsByTimeClientPathStatusAndCode() {
        start();
        denied("a", "/orders/7?x=1", "10.0.0.7", "TOKEN_EXPIRED");
        kernel.clock().advance(Duration.ofHours(1));
        denied("b", "/orders", "10.0.0.8", "TOKEN_MISSING");
        kernel.clock().advance(Duration.ofHours(1));
        denied("c", "/ordinary", "2001:db8::1", "TOKEN_EXPIRED");

        assertThat(ids("code=TOKEN_EXPIRED")).containsExactly("c", "a");
        assertThat(ids("code=token_expired&limit=1&until=30m")).containsExactly("a");
        assertThat(ids("path=/orders")).containsExactly("b", "a");
        assertThat(ids("path=/ord*")).containsExactly("c", "b", "a");
        assertThat(ids("path=/order")).isEmpty();
        assertThat(ids("client=10.0.0.7")).containsExactly("a");
        assertThat(ids("client=10.0.0.0/29")).containsExactly("a");
        assertThat(ids("client=2001:db8::/32")).containsExactly("c");
        assertThat(ids("status=401")).hasSize(3);
        assertThat(ids("status=5xx")).isEmpty();
        assertThat(ids("since=90m")).containsExactly("c", "b");
        assertThat(ids("since=" + FakeTicker.START.plus(Duration.ofMinutes(30)) + "&until=90s"))
                .containsExactly("b");
        assertThat(
                        ids(
                                "since=2h&client=10.0.0.0/8&path=/orders&status=4xx&code=TOKEN_MISSING&kept=denied&route=/first"))
                .containsExactly("b");
    }

    @Test
    void aDenialKeepsThePlaceOfItsEntryWhileTheGenerationIsKept() {
        start();
        denied("a", "/", "10.0.0.7", "TOKEN_EXPIRED");
        assertThat(places("a")).containsExactly("routes/routes.yaml:3:5", "routes/routes.yaml:4:37");
        kernel.write(ROUTES, "# moved\n# down\n" + FIRST);
        kernel.reload();
        denied("b", "/", "10.0.0.7", "TOKEN_EXPIRED");

        assertThat(places("a")).containsExactly("routes/routes.yaml:3:5", "routes/routes.yaml:4:37");
        assertThat(places("b")).containsExactly("routes/routes.yaml:5:5", "routes/routes.yaml:6:37");
        assertThat(call(HttpMethod.GET, "/exchanges/a").text("/exchanges/0/chosen/in_force"))
                .isEqualTo("false");
        for (int i = 0; i < 10; i++) {
            kernel.write(ROUTES, FIRST + "# edit " + i + "\n");
            kernel.reload();
        }
        assertThat(places("a")).containsExactly("", "");
    }

    @Test
    void locationsThatWaitForOtherWorkAreLeftOutAfterATime() {
        start();
        denied("a", "/", "10.0.0.7", "TOKEN_EXPIRED");
        kernel.write(ROUTES, "# moved\n" + FIRST);
        kernel.reload();
        Promise<Void> checked = Promise.promise();
        int before = first.preparations();
        first.prepareAfter(checked.future());
        Future<Answer> check = Answer.asked(
                kernel,
                HttpMethod.POST,
                "/config:validate",
                JSON.createObjectNode()
                        .set(
                                "files",
                                JSON.createObjectNode()
                                        .put("routes/more.yaml", route("/more", "[ { policy: one } ]", "[]")))
                        .toString(),
                Map.of());
        Await.until(() -> first.preparations() > before);
        first.prepareAfter(Future.succeededFuture());

        JsonNode found = call(HttpMethod.GET, "/exchanges").body();

        assertThat(found.path("located").asBoolean(true)).isFalse();
        assertThat(found.path("exchanges").findValuesAsString("request_id")).containsExactly("a");
        assertThat(places("a")).containsExactly("", "");
        checked.complete();
        assertThat(Await.result(check).status()).isEqualTo(200);
        assertThat(call(HttpMethod.GET, "/exchanges").body().path("located").asBoolean(false))
                .isTrue();
        assertThat(places("a")).containsExactly("routes/routes.yaml:3:5", "routes/routes.yaml:4:37");
    }

    /** The places of the route policy and of the first entry, as the API gives them. */
    private List<String> places(String id) {
        JsonNode exchange = call(HttpMethod.GET, "/exchanges/" + id).body().at("/exchanges/0");
        return List.of(
                exchange.at("/chosen/location").asString(""),
                exchange.at("/calls/0/entries/0/location").asString(""));
    }

    @Test
    void listsWhatAnEntryInShadowModeWouldHaveDenied() {
        start();
        first.answer(question -> List.of(new EntryAnswer("/first", "one", JSON.readTree("""
                [{"time": "2026-01-01T00:00:01Z", "request_id": "new", "policy": "one", "phase": "request", "method": "GET",
                  "path": "/a", "client": "10.0.0.7", "status": 403, "code": "FORBIDDEN", "reason": "r"},
                 {"time": "2025-12-31T00:00:00Z", "request_id": "old"}, {"time": 7, "request_id": {}}, 5,
                 {"time": "+1000000000-12-31T23:59:59Z", "request_id": "never"}]"""), null)));

        JsonNode found = call(HttpMethod.GET, "/shadow-denials?would_deny=one").body();

        assertThat(found.path("denials").findValuesAsString("request_id"))
                .containsExactly("new", "old", "", "", "never");
        assertThat(found.at("/denials/0/code").asString()).isEqualTo("FORBIDDEN");
        assertThat(found.at("/denials/0/entry").asString()).isEqualTo("one");
        assertThat(call(
                                HttpMethod.GET,
                                "/shadow-denials?would_deny=one&client=10.0.0.0/8&limit=1&code=FORBIDDEN&path=/a")
                        .body()
                        .path("denials"))
                .hasSize(1);
        assertThat(call(HttpMethod.GET, "/shadow-denials?would_deny=one&since=12h")
                        .body()
                        .path("denials"))
                .hasSize(1);
        Answer unknown = call(HttpMethod.GET, "/shadow-denials?would_deny=nobody");
        assertThat(unknown.status()).isEqualTo(404);
        assertThat(unknown.text("/detail"))
                .isEqualTo("'would_deny' must be the name of an entry of the running configuration");
    }

    @Test
    void moreQuestionsToPoliciesThanMayRunAreRefused() {
        start();
        Promise<List<EntryAnswer>> answer = Promise.promise();
        AtomicInteger pending = new AtomicInteger();
        first.answerLater(_ -> {
            pending.incrementAndGet();
            return answer.future();
        });
        String path = "/shadow-denials?would_deny=one";
        List<Future<Answer>> asked = new ArrayList<>();
        for (int i = 0; i < PolicyInquiries.MAX; i++) {
            asked.add(Answer.asked(kernel, HttpMethod.GET, path, null, Map.of()));
        }
        Await.until(() -> pending.get() == PolicyInquiries.MAX);

        Answer refused = call(HttpMethod.GET, path);

        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.text("/code")).isEqualTo("busy");
        assertThat(call(HttpMethod.GET, "/quotas?key=alice").status()).isEqualTo(503);
        assertThat(call(HttpMethod.POST, "/cache:purge", "{\"all\": true}", Map.of())
                        .status())
                .isEqualTo(503);
        answer.complete(List.of());
        assertThat(asked)
                .allSatisfy(one -> assertThat(Await.result(one).status()).isEqualTo(200));
        assertThat(call(HttpMethod.GET, path).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "since=yesterday | 'since' must be a time with an offset from UTC, such as 2026-01-31T16:30:00Z",
                "since=2026-01-01T00:00:00 | 'since' must be a time with an offset from UTC",
                "until=2w | 'until' must be a time",
                "since=2026-02-29T00:00:00Z | 'since' must be a time with an offset from UTC",
                "client=10.0.0.07 | 'client' must be an address",
                "client=10.0.0 | 'client' must be an address such as 10.0.0.7, or a network such as 10.0.0.0/8",
                "client=10.0.0.7/33 | 'client' must be an address",
                "path=orders | 'path' must be a path without a query, such as /orders",
                "path=/orders?x=1 | 'path' must be a path without a query",
                "status=600 | 'status' must be a status such as 401, or a class such as 4xx",
                "status=4x | 'status' must be",
                "code=no%20code | 'code' must be a code such as TOKEN_EXPIRED",
                "kept=some | 'kept' must be one of error, overloaded, denied, slow",
                "outcome= | 'outcome' must be one of passed, denied",
                "limit=0 | 'limit' must be a number from 1 to 200",
                "limit=1&limit=2 | 'limit' may only be given once, not 2 times",
                "rout=/first | unknown query parameter 'rout', did you mean 'route'?",
                "token=x | unknown query parameter 'token'. Known query parameters: client, code, kept",
                "%0a=x | the name of a query parameter must be one line",
            })
    void aWrongParameterIsNamedWithWhatWouldBeRight(String query, String detail) {
        start();

        Answer answer = call(HttpMethod.GET, "/exchanges?" + query);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.text("/code")).isEqualTo("invalid_query");
        assertThat(answer.text("/detail")).startsWith(detail);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/exchanges?", "/shadow-denials?would_deny=one&"})
    void aStartAfterTheEndIsRefused(String path) {
        start();

        Answer answer = call(HttpMethod.GET, path + "since=1h&until=2h");

        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.text("/code")).isEqualTo("invalid_time");
        assertThat(answer.text("/detail")).isEqualTo("'since' must not be later than 'until'");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/config", "/routes", "/routes/%2Ffirst", "/routes/%2Ffirst/plan", "/workers", "/policies",
                        "/generations",
                "/generations/1/diff", "/overrides", "/logging", "/quotas", "/stats", "/exchanges", "/exchanges/id",
                "/openapi.json", "/shadow-denials"
            })
    void noOperationThatReadsTakesAnUnknownParameter(String path) {
        start();

        Answer answer = call(HttpMethod.GET, path + "?unheard_of=1");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.text("/code")).isEqualTo("invalid_query");
        assertThat(answer.text("/detail")).contains("unknown query parameter 'unheard_of'");
    }
}
