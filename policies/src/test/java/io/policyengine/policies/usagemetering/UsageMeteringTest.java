package io.policyengine.policies.usagemetering;

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
import io.policyengine.testkit.policy.FakeEnvironment;
import io.policyengine.testkit.policy.FakeSink;
import io.policyengine.testkit.policy.PolicyTester;
import io.policyengine.testkit.policy.TestMessages;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.StringNode;

class UsageMeteringTest {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final RequestView REQUEST =
            TestMessages.request("POST", "/v1/chat", HeaderMap.of("content-length", "120"), "192.0.2.1");

    private final FakeEnvironment env = new FakeEnvironment();
    private final FakeSink sink = env.useSink("usage");

    private Policy policy(String params) {
        return PolicyTester.of(new UsageMeteringFactory(), "{ sink: usage, " + params + " }", env)
                .policy();
    }

    private static Call call(long exchange) {
        return new Call("request-" + exchange, exchange, Long.MAX_VALUE, new Cancellation());
    }

    private static Metadata metadata() {
        return Metadata.of(Map.of(
                "identity.id",
                StringNode.valueOf("alice"),
                "guardrail.verdict",
                JsonNodeFactory.instance.objectNode().put("flagged", false)));
    }

    private static void answer(Policy policy, long exchange, String type, String body) {
        policy.onResponse(new ResponseContext(
                new ResponseView(200, HeaderMap.of("content-type", type), Buffer.buffer(body)),
                REQUEST,
                REQUEST,
                metadata(),
                call(exchange)));
    }

    private JsonNode only() {
        assertThat(sink.json()).hasSize(1);
        return sink.json().getFirst();
    }

    @Test
    void anExchangeIsOneCloudEventWithTheRequestsId() {
        Policy request = policy(
                "fields: [consumer, route, status, latency_ms, request_bytes, response_bytes, verdicts, model, tokens]");
        Policy response = policy(
                "fields: [consumer, route, status, latency_ms, request_bytes, response_bytes, verdicts, model, tokens]");
        request.onRequest(new RequestContext(REQUEST, metadata(), call(7)));
        env.advance(Duration.ofMillis(250));
        String body =
                "{\"model\":\"m-1\",\"usage\":{\"prompt_tokens\":11,\"completion_tokens\":4,\"total_tokens\":15}}";
        answer(response, 7, "application/json", body);
        request.exchangeEnded(new ExchangeEnd(7, 200, false, null));
        response.exchangeEnded(new ExchangeEnd(7, 200, false, null));

        JsonNode expected = JSON.readTree("""
                {"specversion": "1.0", "id": "request-7", "source": "policy-engine", "type": "io.policyengine.usage",
                 "subject": "alice", "datacontenttype": "application/json"}""");
        expected.forEachEntry(
                (name, value) -> assertThat(only().path(name)).as(name).isEqualTo(value));
        assertThat(only().path("data")).isEqualTo(JSON.readTree("""
                {"consumer": "alice", "route": "/route", "status": 200, "latency_ms": 250, "request_bytes": 120,
                 "response_bytes": %d, "verdicts": {"guardrail.verdict": {"flagged": false}}, "model": "m-1",
                 "tokens": {"input": 11, "output": 4, "total": 15}}""".formatted(body.length())));
        assertThat(sink.records().getFirst().id()).isEqualTo("request-7");
        assertThat(sink.records().getFirst().isCloudEvent()).isTrue();
    }

    @Test
    void aDeniedExchangeIsReportedAsWell() {
        Policy policy = policy("");
        policy.onRequest(new RequestContext(REQUEST, metadata(), call(1)));
        policy.exchangeEnded(new ExchangeEnd(1, 429, false, "rateLimit"));

        assertThat(only().path("data").path("status").asInt()).isEqualTo(429);
        assertThat(only().path("data").path("denied_by").stringValue()).isEqualTo("rateLimit");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "application/json | {'model':'a','usage':{'input_tokens':5,'output_tokens':7}} | a | {'input':5,'output':7,'total':12}",
                "application/json | {'modelVersion':'g','usageMetadata':{'promptTokenCount':3,'candidatesTokenCount':2,'totalTokenCount':9}}"
                        + " | g | {'input':3,'output':2,'total':9}",
                "text/event-stream | data: {'model':'o','choices':[]}~~data: {'model':'o','usage':{'prompt_tokens':1,'completion_tokens':2,"
                        + "'total_tokens':3}}~~data: [DONE]~ | o | {'input':1,'output':2,'total':3}",
                "text/event-stream; charset=utf-8 | data: {'type':'message_start','message':{'model':'c','usage':{'input_tokens':9,"
                        + "'output_tokens':1}}}~~data:{'type':'message_delta','usage':{'output_tokens':30}}~ | c | "
                        + "{'input':9,'output':30,'total':39}",
                "text/event-stream | data: {'type':'response.completed','response':{'model':'r','usage':{'input_tokens':2,'output_tokens':3,"
                        + "'total_tokens':5}}}~ | r | {'input':2,'output':3,'total':5}",
                "application/json | {'usage':{'prompt_tokens':-1,'completion_tokens':'many','total_tokens':1e400}} | '' | ''",
                "application/json | {'usage': | '' | ''",
                "text/plain | usage | '' | ''",
            })
    void tokensAreReadInTheShapesOfProviders(String type, String body, String model, String tokens) {
        Policy policy = policy("fields: [model, tokens]");
        answer(policy, 1, type, body.replace('\'', '"').replace('~', '\n'));
        policy.exchangeEnded(new ExchangeEnd(1, 200, false, null));

        JsonNode data = only().path("data");
        assertThat(data.path("model").asString("")).isEqualTo(model);
        assertThat(data.path("tokens"))
                .isEqualTo(tokens.isEmpty() ? data.path("nothing") : JSON.readTree(tokens.replace('\'', '"')));
    }

    @Test
    void aShareIsChosenByTheRequestsIdAlikeEachTime() {
        List<List<String>> chosen = new ArrayList<>();
        for (int round = 0; round < 2; round++) {
            FakeEnvironment fresh = new FakeEnvironment();
            FakeSink into = fresh.useSink("usage");
            Policy policy = PolicyTester.of(new UsageMeteringFactory(), "{ sink: usage, sample: 0.25 }", fresh)
                    .policy();
            for (int i = 0; i < 2_000; i++) {
                policy.onRequest(new RequestContext(REQUEST, Metadata.empty(), call(i)));
                policy.exchangeEnded(new ExchangeEnd(i, 200, false, null));
            }
            chosen.add(into.records().stream().map(record -> record.id()).toList());
        }

        assertThat(chosen.getFirst()).hasSizeBetween(400, 600).isEqualTo(chosen.getLast());
    }

    @Test
    void aShareOfNothingReportsNothing() {
        Policy policy = policy("sample: 0");
        policy.onRequest(new RequestContext(REQUEST, Metadata.empty(), call(1)));
        answer(policy, 1, "text/plain", "a");
        policy.exchangeEnded(new ExchangeEnd(1, 200, false, null));

        assertThat(sink.records()).isEmpty();
    }
}
