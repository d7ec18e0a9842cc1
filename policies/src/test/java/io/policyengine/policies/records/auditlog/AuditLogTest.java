package io.policyengine.policies.records.auditlog;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.http.ResponseView;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.Cancellation;
import io.policyengine.core.policy.ExchangeEnd;
import io.policyengine.core.policy.Metadata;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.ResponseContext;
import io.policyengine.core.sink.Sealing;
import io.policyengine.testkit.policy.FakeEnvironment;
import io.policyengine.testkit.policy.FakeSink;
import io.policyengine.testkit.policy.PolicyTester;
import io.policyengine.testkit.policy.TestMessages;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.StringNode;

class AuditLogTest {
    private static final JsonMapper JSON = JsonMapper.shared();

    private final FakeEnvironment env = new FakeEnvironment();
    private final FakeSink sink = env.useSink("audit");

    private Policy policy(String params) {
        return PolicyTester.of(new AuditLogFactory(), "{ sink: audit, " + params + " }", env)
                .policy();
    }

    private static Call call(long exchange) {
        return new Call("request-" + exchange, exchange, Long.MAX_VALUE, new Cancellation());
    }

    private static RequestView request(@Nullable String body, String... headers) {
        return TestMessages.request("POST", "/orders?token=hush", HeaderMap.of(headers), "192.0.2.1")
                .withBody(body == null ? null : Buffer.buffer(body));
    }

    private static ResponseView response(@Nullable String body, String... headers) {
        return new ResponseView(201, HeaderMap.of(headers), body == null ? null : Buffer.buffer(body));
    }

    private static void ask(Policy policy, long exchange, RequestView request) {
        policy.onRequest(new RequestContext(
                request, Metadata.of(Map.of("identity.id", StringNode.valueOf("alice"))), call(exchange)));
    }

    private static void answer(Policy policy, long exchange, RequestView request, ResponseView response) {
        policy.onResponse(new ResponseContext(response, request, request, Metadata.empty(), call(exchange)));
    }

    private void end(long exchange, int status) {
        env.endExchange(new ExchangeEnd(exchange, status, false, null));
    }

    private JsonNode only() {
        assertThat(sink.json()).hasSize(1);
        return sink.json().getFirst();
    }

    @Test
    void anExchangeIsRecordedAtItsEndWithWhatBothFlowsShow() {
        Policy first = policy("");
        Policy second = policy("");
        RequestView request = request(null, "user-agent", "curl", "authorization", "Bearer hush");

        ask(first, 7, request);
        env.advance(Duration.ofMillis(35));
        answer(second, 7, request, response(null, "content-type", "text/plain", "set-cookie", "hush"));
        assertThat(sink.records()).isEmpty();
        end(7, 201);
        end(7, 201);

        JsonNode expected = JSON.readTree("""
                {"type": "exchange", "request_id": "request-7", "route": "/route", "client_address": "192.0.2.1",
                 "method": "POST", "authority": "example.com", "path": "/orders", "status": 201,
                 "aborted": false, "latency_ms": 35, "request_headers": {"user-agent": "curl"},
                 "response_headers": {"content-type": "text/plain"}}""");
        expected.forEachEntry(
                (name, value) -> assertThat(only().path(name)).as(name).isEqualTo(value));
        assertThat(sink.records().getFirst().json().toString()).doesNotContain("hush");
    }

    @Test
    void aDeniedExchangeIsRecordedWithWhoDeniedIt() {
        Policy policy = policy("");
        ask(policy, 1, request(null));

        env.endExchange(new ExchangeEnd(1, 403, false, "roleCheck", "forbidden", "ROLE_REQUIRED", "admins"));

        assertThat(only().path("status").asInt()).isEqualTo(403);
        assertThat(only().path("denied_by").stringValue()).isEqualTo("roleCheck");
        assertThat(only().path("reason").stringValue()).isEqualTo("forbidden");
        assertThat(only().path("code").stringValue()).isEqualTo("ROLE_REQUIRED");
        assertThat(only().path("rule").stringValue()).isEqualTo("admins");
        assertThat(only().path("consumer").stringValue()).isEqualTo("alice");
    }

    @Test
    void aSecondEntryBehindTheAuthenticationAddsTheConsumer() {
        Policy policy = policy("log_request_body: true");
        RequestView first = request("asked");
        policy.onRequest(new RequestContext(first, Metadata.empty(), call(1)));
        env.advance(Duration.ofMillis(5));
        ask(policy, 1, first.withBody(null));

        env.endExchange(new ExchangeEnd(1, 403, false, "roleCheck", "forbidden", null, null));

        assertThat(only().path("consumer").stringValue()).isEqualTo("alice");
        assertThat(only().path("request_body").path("text").stringValue()).isEqualTo("asked");
        assertThat(only().path("latency_ms").asInt()).isEqualTo(5);
    }

    @Test
    void anEntryInTheResponseFlowAloneRecordsWhatItSees() {
        Policy policy = policy("log_request_body: true");
        RequestView request = request("asked");
        answer(policy, 1, request, response(null));

        env.endExchange(new ExchangeEnd(1, 0, true, null));

        assertThat(only().path("status").asInt()).isEqualTo(201);
        assertThat(only().path("aborted").asBoolean()).isTrue();
        assertThat(only().has("latency_ms")).isFalse();
        assertThat(only().path("request_body").path("text").stringValue()).isEqualTo("asked");
    }

    @Test
    void ofAllHeadersThoseThatCarrySecretsAreMasked() {
        Policy policy = policy("request_headers: ['*', x-named-token]");
        ask(
                policy,
                1,
                request(
                        null,
                        "authorization",
                        "a1",
                        "cookie",
                        "b2",
                        "x-api-key",
                        "c3",
                        "x-auth-token",
                        "d4",
                        "proxy-authorization",
                        "e5",
                        "x-csrf-secret",
                        "f6",
                        "x-named-token",
                        "named",
                        "x-plain",
                        "1",
                        "x-plain",
                        "2"));
        end(1, 200);

        JsonNode headers = only().path("request_headers");
        for (String name : new String[] {
            "authorization", "cookie", "x-api-key", "x-auth-token", "proxy-authorization", "x-csrf-secret"
        }) {
            assertThat(headers.path(name).stringValue()).as(name).isEqualTo("[redacted]");
        }
        assertThat(headers.path("x-named-token").stringValue()).isEqualTo("named");
        assertThat(headers.path("x-plain")).isEqualTo(JSON.readTree("[\"1\", \"2\"]"));
    }

    @Test
    void bodiesAreMaskedAndBounded() {
        Policy policy = policy(
                "log_request_body: true, log_response_body: true, max_body_bytes: 40, redact: [/password, /cards/*/number]");
        RequestView request = request("""
                {"password": {"old": "hush"}, "cards": [{"number": "4111", "name": "A"}, {"number": "4222"}]}""");
        ask(policy, 1, request);
        answer(policy, 1, request, response("{\"a\":1}"));
        end(1, 200);

        JsonNode body = only().path("request_body");
        assertThat(body.path("text").stringValue())
                .isEqualTo("{\"password\":\"[redacted]\",\"cards\":[{\"number\"".substring(0, 40));
        assertThat(body.path("truncated").asBoolean()).isTrue();
        assertThat(body.path("bytes").asInt()).isEqualTo(93);
        assertThat(only().path("response_body"))
                .isEqualTo(JSON.readTree("{\"bytes\": 7, \"text\": \"{\\\"a\\\":1}\"}"));
        assertThat(sink.records().getFirst().json().toString())
                .doesNotContain("hush")
                .doesNotContain("4111")
                .doesNotContain("4222");
    }

    @Test
    void aNameIsMaskedWhereverItStands() {
        Policy policy = policy("log_request_body: true, redact: password");
        ask(policy, 1, request("""
                [{"password": "hush", "a": {"pass\\u0077ord": ["hush"], "b": [{"password": {"c": "hush"}}]}}, "password"]"""));
        end(1, 200);

        assertThat(JSON.readTree(only().path("request_body").path("text").stringValue()))
                .isEqualTo(JSON.readTree("""
                        [{"password": "[redacted]", "a": {"password": "[redacted]", "b": [{"password": "[redacted]"}]}},
                         "password"]"""));
    }

    @Test
    void ofABodyThatCannotBeMaskedNothingIsRecorded() {
        Policy policy = policy("log_request_body: true, redact: [/password]");
        ask(policy, 1, request("{\"password\": \"hush\", \"password\": \"hush\"}"));
        ask(policy, 2, request("password=hush"));
        end(1, 200);
        end(2, 200);

        assertThat(sink.json())
                .allSatisfy(record -> assertThat(
                                record.path("request_body").path("left_out").stringValue())
                        .isEqualTo("not_json"));
        assertThat(sink.records()).noneMatch(record -> record.json().toString().contains("hush"));
    }

    @Test
    void octetsThatAreNoTextAreInBase64() {
        Policy policy = policy("log_request_body: true");
        RequestView request = request(null).withBody(Buffer.buffer(new byte[] {(byte) 0xFF, 0, 1}));
        ask(policy, 1, request);
        end(1, 200);

        assertThat(only().path("request_body").path("base64").stringValue()).isEqualTo("/wAB");
    }

    @Test
    void aCharacterIsNotCutInTwo() {
        Policy policy = policy("log_request_body: true, max_body_bytes: 4");
        ask(policy, 1, request("abcé"));
        end(1, 200);

        assertThat(only().path("request_body").path("text").stringValue()).isEqualTo("abc");
    }

    @Test
    void whatAClientSendsBeginsNoLineOfItsOwn() {
        Policy policy = policy("log_request_body: true, fields: [path, query]");
        RequestView request = TestMessages.request(
                        "POST", "/a\u2028?\u001b[31m", HeaderMap.of("user-agent", "x\t{\"type\":\"exchange\"}"), "")
                .withBody(Buffer.buffer("a\r\n{\"type\":\"exchange\"}\n\u0000\u001b"));
        ask(policy, 1, request);
        end(1, 200);

        assertThat(sink.records().getFirst().json().toString()).matches("[^\\x00-\\x1f]*");
        assertThat(only().path("request_body").path("text").stringValue()).startsWith("a\r\n{");
    }

    @Test
    void aRecordIsNeverTooLongForItsSink() {
        Policy policy = policy(
                "log_request_body: true, log_response_body: true, max_body_bytes: 262144, request_headers: ['*']");
        String bad = "\u0001".repeat(262_144);
        String[] headers = new String[400];
        for (int i = 0; i < headers.length; i += 2) {
            headers[i] = "x-" + i;
            headers[i + 1] = "v".repeat(5_000);
        }
        RequestView request = request(bad, headers);
        ask(policy, 1, request);
        answer(policy, 1, request, response(bad));
        end(1, 200);

        assertThat(sink.records().getFirst().json().length()).isLessThan(AuditRecord.LONGEST);
        assertThat(only().path("response_body").path("left_out").stringValue()).isEqualTo("too_large");
        assertThat(only().path("request_headers").size()).isEqualTo(100);
        assertThat(only().path("path").stringValue()).isEqualTo("/orders");
    }

    @Test
    void draftsHoldABoundedNumberOfBytesBeyondWhichBodiesAreLeftOut() {
        Policy policy = policy("log_request_body: true, max_body_bytes: 262144");
        for (int i = 0; i < 100; i++) {
            ask(policy, i, request("x".repeat(200_000)));
        }
        for (int i = 0; i < 100; i++) {
            end(i, 200);
        }

        long whole = sink.json().stream()
                .filter(record -> record.path("request_body").has("text"))
                .count();
        assertThat(whole).isBetween(5L, 15L);
        assertThat(sink.json())
                .last()
                .satisfies(record -> assertThat(
                                record.path("request_body").path("left_out").stringValue())
                        .isEqualTo("overload"));

        ask(policy, 200, request("x"));
        end(200, 200);

        assertThat(sink.json().getLast().path("request_body").path("text").stringValue())
                .isEqualTo("x");
    }

    @Test
    void anExchangeThatEndsWhileItsBodyIsCopiedLeavesNothing() {
        Policy policy = policy("log_request_body: true, redact: [/a]");
        env.holdBlocking();
        ask(policy, 1, request("[" + "1,".repeat(100_000) + "1]"));
        env.endExchange(new ExchangeEnd(1, 0, true, null));
        env.runHeld();

        env.endExchange(new ExchangeEnd(1, 0, true, null));

        assertThat(only().has("request_body")).isFalse();
    }

    @Test
    void aSinkThatIsFullChangesNothingForTheExchange() {
        Policy policy = policy("");
        sink.fill();
        ask(policy, 1, request(null));

        end(1, 200);

        assertThat(sink.records()).isEmpty();
    }

    @Test
    void aChainIsAskedForWithItsCheckpoints() {
        Policy policy = policy("chain: true, checkpoint_entries: 5, checkpoint_s: 3");

        assertThat(policy.unhealthyBecause()).isNull();
        assertThat(sink.sealing()).get().satisfies((Sealing sealing) -> {
            assertThat(sealing.entries()).isEqualTo(5);
            assertThat(sealing.interval()).isEqualTo(Duration.ofSeconds(3));
            assertThat(sealing.key()).isEmpty();
        });
    }
}
