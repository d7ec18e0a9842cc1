package io.policyengine.policies.records.usagemetering;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.error.PolicyException;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.http.ResponseView;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.Cancellation;
import io.policyengine.core.policy.ChunkFilter;
import io.policyengine.core.policy.ChunkOutcome;
import io.policyengine.core.policy.EnvoyMetadata;
import io.policyengine.core.policy.ExchangeEnd;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.Metadata;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.ResponseContext;
import io.policyengine.core.policy.TrailersContext;
import io.policyengine.core.sink.SinkRef;
import io.policyengine.policies.ai.shared.modelapi.FactsSource;
import io.policyengine.testkit.policy.AiFacts;
import io.policyengine.testkit.policy.FakeEnvironment;
import io.policyengine.testkit.policy.FakeSink;
import io.policyengine.testkit.policy.PolicyTester;
import io.policyengine.testkit.policy.TestMessages;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.StringNode;

class UsageMeteringTest {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final RequestView REQUEST =
            TestMessages.request("POST", "/v1/chat", HeaderMap.of("content-length", "120"), "192.0.2.1");

    private static final int CUTS = 1_000;

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
        env.endExchange(new ExchangeEnd(7, 200, false, null));
        env.endExchange(new ExchangeEnd(7, 200, false, null));

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
        env.endExchange(new ExchangeEnd(1, 429, false, "rateLimit"));

        assertThat(only().path("data").path("status").asInt()).isEqualTo(429);
        assertThat(only().path("data").path("denied_by").stringValue()).isEqualTo("rateLimit");
    }

    @Test
    void whatEnvoyHasReadComesWithTheTrailers() {
        Policy policy = policy("fields: [model, tokens]");
        policy.onRequest(new RequestContext(REQUEST, metadata(), call(1)));
        ResponseView response = new ResponseView(200, HeaderMap.of("content-type", "text/event-stream"), null);
        policy.onResponse(new ResponseContext(response, REQUEST, REQUEST, metadata(), call(1)));
        EnvoyMetadata told = EnvoyMetadata.builder()
                .typed(AiFacts.TOKEN_USAGE, AiFacts.tokenUsage(3, "claude", 12, 30, 1))
                .build();
        policy.onResponseTrailers(
                new TrailersContext(HeaderMap.empty(), response, REQUEST, REQUEST, metadata(), call(1), told));
        env.endExchange(new ExchangeEnd(1, 200, false, null));

        assertThat(only().path("data"))
                .isEqualTo(JSON.readTree(
                        "{\"model\": \"claude\", \"tokens\": {\"input\": 12, \"output\": 30, \"total\": 42}}"));
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void tokensAreReadInTheShapesOfProviders(String type, String body, String model, String tokens) {
        Policy policy = policy("fields: [model, tokens]");
        answer(policy, 1, type, body);
        env.endExchange(new ExchangeEnd(1, 200, false, null));

        JsonNode data = only().path("data");
        assertThat(data.path("model").asString("")).isEqualTo(model);
        assertThat(data.path("tokens")).isEqualTo(tokens.isEmpty() ? data.path("nothing") : JSON.readTree(tokens));
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void theyAreReadTheSameWhereverAStreamIsCut(String type, String body, String model, String tokens) {
        Random random = new Random(body.hashCode());
        Policy policy = policy("fields: [model, tokens]");
        answer(policy, 0, type, body);
        env.endExchange(new ExchangeEnd(0, 200, false, null));

        for (int i = 1; i <= CUTS; i++) {
            stream(policy, i, type, Buffer.buffer(body), random);
            env.endExchange(new ExchangeEnd(i, 200, false, null));
        }

        assertThat(sink.json()).hasSize(1 + CUTS);
        assertThat(sink.json().stream().map(event -> event.path("data")).distinct())
                .hasSize(1);
    }

    /** Lets a body pass in pieces of random sizes, of which some are empty. */
    private static void stream(Policy policy, long exchange, String type, Buffer body, Random random) {
        ChunkFilter<ChunkOutcome> chunks = chunks(policy, exchange, type);
        int longest = 1 + random.nextInt(body.length());
        for (int at = 0; at < body.length(); ) {
            int end = Math.min(body.length(), at + random.nextInt(longest + 1));
            assertThat(chunks.onChunk(body.getBuffer(at, end), end == body.length())
                            .result())
                    .isEqualTo(ChunkOutcome.PASS);
            at = end;
        }
    }

    private static ChunkFilter<ChunkOutcome> chunks(Policy policy, long exchange, String type) {
        ResponseContext context = new ResponseContext(
                new ResponseView(200, HeaderMap.of("content-type", type), null),
                REQUEST,
                REQUEST,
                metadata(),
                call(exchange));
        policy.onResponse(context);
        return policy.responseChunks(context);
    }

    /** Media type, body, model and tokens; quotation marks are written as apostrophes, line ends as tildes. */
    static Stream<Arguments> shapes() {
        return Stream.of(
                        shape(
                                "application/json",
                                "{'model':'o','choices':[{'message':{'content':'\\u00e9 {\\'usage\\': 1}'}}],"
                                        + "'usage':{'prompt_tokens':11,'completion_tokens':4,'total_tokens':15,"
                                        + "'prompt_tokens_details':{'total_tokens':99}}}",
                                "o",
                                "{'input':11,'output':4,'total':15}"),
                        shape(
                                "application/json",
                                "{'model':'gateway','usage':{'prompt_tokens':30,'completion_tokens':1,"
                                        + "'cache_read_input_tokens':20}}",
                                "gateway",
                                "{'input':30,'output':1,'total':31}"),
                        shape(
                                "text/event-stream",
                                "data: {'model':'o','choices':[],'usage':null}~~: comment~~data: {'model':'o','usage':"
                                        + "{'prompt_tokens':1,'completion_tokens':2,'total_tokens':3}}~~data: [DONE]~~",
                                "o",
                                "{'input':1,'output':2,'total':3}"),
                        shape(
                                "application/json; charset=utf-8",
                                "{'object':'response','model':'r','usage':{'input_tokens':5,"
                                        + "'input_tokens_details':{'cached_tokens':2},'output_tokens':7,'total_tokens':12}}",
                                "r",
                                "{'input':5,'output':7,'total':12}"),
                        shape(
                                "text/event-stream",
                                "event: response.created~data: {'response':{'model':'r','usage':null}}~~"
                                        + "event: response.completed~data: {'response':{'model':'r','usage':"
                                        + "{'input_tokens':2,'output_tokens':3,'total_tokens':5}}}~~",
                                "r",
                                "{'input':2,'output':3,'total':5}"),
                        shape(
                                "application/json",
                                "{'model':'c','usage':{'input_tokens':5,'cache_creation_input_tokens':100,"
                                        + "'cache_read_input_tokens':1000,'output_tokens':7}}",
                                "c",
                                "{'input':1105,'output':7,'total':1112}"),
                        shape(
                                "text/event-stream; charset=utf-8",
                                "data: {'type':'message_start','message':{'model':'c','usage':{'input_tokens':9,"
                                        + "'cache_read_input_tokens':1,'output_tokens':1}}}~~data:{'type':'message_delta',"
                                        + "'usage':{'output_tokens':20}}~~data:{'usage':{'output_tokens':30}}~~",
                                "c",
                                "{'input':10,'output':30,'total':40}"),
                        shape(
                                "application/json",
                                "{'modelVersion':'g','usageMetadata':{'promptTokenCount':3,'toolUsePromptTokenCount':1,"
                                        + "'candidatesTokenCount':2,'thoughtsTokenCount':4,'totalTokenCount':10}}",
                                "g",
                                "{'input':4,'output':6,'total':10}"),
                        shape(
                                "text/event-stream",
                                "data: {'modelVersion':'g','usageMetadata':{'promptTokenCount':3,'totalTokenCount':3}}~~"
                                        + "data: {'usageMetadata':{'promptTokenCount':3,'thoughtsTokenCount':4,"
                                        + "'totalTokenCount':7}}~~",
                                "g",
                                "{'input':3,'output':4,'total':7}"),
                        shape(
                                "application/json",
                                "[{'usageMetadata':{'promptTokenCount':3}},[{'usage':{'total_tokens':1}}],"
                                        + "{'modelVersion':'g','usageMetadata':{'promptTokenCount':3,"
                                        + "'candidatesTokenCount':2}}]",
                                "g",
                                "{'input':3,'output':2,'total':5}"),
                        shape(
                                "text/event-stream",
                                "\ufeffdata: {'model':~data: 'two lines'}~~data: {'usage':{'total_tokens': 6 }}",
                                "two lines",
                                "{'total':6}"),
                        shape(
                                "application/json",
                                "{'mod\\u0065l':'\\u00e9\\ud83d\\ude00\\ud800','usage':{'total_tokens':2}}",
                                "\u00e9\ud83d\ude00?",
                                "{'total':2}"),
                        shape(
                                "application/json",
                                "{'usage':{'prompt_tokens':-1,'completion_tokens':'12','total_tokens':1.5e400}}",
                                "",
                                ""),
                        shape(
                                "application/json",
                                "{'usage':{'prompt_tokens':[7],'completion_tokens':{'completion_tokens':8},"
                                        + "'total_tokens':1000000000000000000}}",
                                "",
                                ""),
                        shape("application/json", "{'model':'a','usage':{'total_tokens':3}", "", ""),
                        shape("application/json", "{'model':'a','usage':{'total_tokens':3}}}", "", ""))
                .map(Arguments::of);
    }

    private static Object[] shape(String type, String body, String model, String tokens) {
        return new Object[] {type, text(body), model, text(tokens)};
    }

    private static String text(String written) {
        return written.replace('\'', '"').replace('~', '\n');
    }

    @Test
    void aBodyThatIsNeitherJsonNorEventsPassesUnread() {
        Policy policy = policy("");
        answer(policy, 1, "text/plain", text("{'model':'a','usage':{'total_tokens':3}}"));
        env.endExchange(new ExchangeEnd(1, 200, false, null));

        assertThat(only().path("data").has("model") || only().path("data").has("tokens"))
                .isFalse();
        assertThat(chunks(policy, 2, "text/plain")).isSameAs(ChunkFilter.none());
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r", "\r\n"})
    void everyLineEndOfEventsIsOne(String lineEnd) {
        Policy policy = policy("");
        String events = text("data: {'model':'m'}~~event: x~data: {'usage':{'total_tokens':3}}~~");
        stream(policy, 1, "text/event-stream", Buffer.buffer(events.replace("\n", lineEnd)), new Random(1));
        env.endExchange(new ExchangeEnd(1, 200, false, null));

        assertThat(only().path("data").path("model").stringValue()).isEqualTo("m");
        assertThat(only().path("data").path("tokens").path("total").asInt()).isEqualTo(3);
    }

    @Test
    void ofAStreamThatBreaksOffWholeEventsCount() {
        Policy policy = policy("");
        ChunkFilter<ChunkOutcome> chunks = chunks(policy, 1, "text/event-stream");
        chunks.onChunk(Buffer.buffer(text("data: {'model':'m','usage':{'input_tokens':9}}~~data: {'usage':{")), false);
        chunks.onChunk(Buffer.buffer(text("'output_tokens':5}}")), false);
        env.endExchange(new ExchangeEnd(1, 200, true, null));

        assertThat(only().path("data").path("aborted").asBoolean()).isTrue();
        assertThat(only().path("data").path("tokens")).isEqualTo(JSON.readTree("{\"input\": 9}"));
    }

    @Test
    void whatIsTooLongIsLeftOut() {
        Policy policy = policy("");
        String exactly = "m".repeat(1_024);
        answer(policy, 1, "application/json", text("{'model':'" + exactly + "','usage':{'total_tokens':3}}"));
        answer(policy, 2, "application/json", text("{'model':'" + exactly + "m','usage':{'total_tokens':3}}"));
        answer(
                policy,
                3,
                "application/json",
                text("{'model':'m','a':" + "[".repeat(501) + "]".repeat(501) + ",'usage':{'total_tokens':3}}"));
        List.of(1, 2, 3).forEach(id -> env.endExchange(new ExchangeEnd(id, 200, false, null)));

        List<JsonNode> data =
                sink.json().stream().map(event -> event.path("data")).toList();
        assertThat(data.getFirst().path("model").stringValue()).isEqualTo(exactly);
        assertThat(data.get(1).has("model")).isFalse();
        assertThat(data.get(1).path("tokens").path("total").asInt()).isEqualTo(3);
        assertThat(data.get(2).has("model") || data.get(2).has("tokens")).isFalse();
    }

    @Test
    void aLargeBodyIsReadBesideTheEventLoopAndTellsNothingWhereThatHasNoRoom() {
        Policy policy = policy("");
        String body = text("{'text':'" + "x".repeat(100_000) + "','model':'m'}");
        answer(policy, 1, "application/json", body);
        env.failBlocking(new PolicyException(ErrorCode.OVERLOADED, "too much waits"));
        ChunkFilter<ChunkOutcome> chunks = chunks(policy, 2, "text/event-stream");
        chunks.onChunk(Buffer.buffer(text("data: {'model':'m'}~~")), false);
        Future<ChunkOutcome> large = chunks.onChunk(Buffer.buffer(body), false);
        chunks.onChunk(Buffer.buffer(text("~~data: {'usage':{'total_tokens':3}}~~")), true);
        env.endExchange(new ExchangeEnd(1, 200, false, null));
        env.endExchange(new ExchangeEnd(2, 200, false, null));

        assertThat(large.result()).isEqualTo(ChunkOutcome.PASS);
        JsonNode unread = sink.json().getLast().path("data");
        assertThat(sink.json().getFirst().path("data").path("model").stringValue())
                .isEqualTo("m");
        assertThat(unread.has("model") || unread.has("tokens")).isFalse();
    }

    @Test
    void withoutFieldsTheBodyIsReadWhereTheFlowGivesItAndByNameItIsNeeded() {
        assertThat(needs("{}")).isEqualTo(BodyNeed.BUFFERED_OR_STREAMING);
        assertThat(needs("{ fields: [tokens] }")).isEqualTo(BodyNeed.BUFFERED_OR_STREAMING);
        assertThat(needs("{ fields: [status] }")).isEqualTo(BodyNeed.NONE);
        assertThat(doesWithoutBody(null)).isTrue();
        assertThat(doesWithoutBody(List.of(UsageField.TOKENS))).isFalse();
    }

    private static boolean doesWithoutBody(@Nullable List<UsageField> fields) {
        SinkRef usage = SinkRef.of(StringNode.valueOf("usage"));
        return new UsageMeteringFactory()
                .facts(new UsageMeteringParams(usage, fields, FactsSource.BODY, 1), Phase.RESPONSE)
                .has(Fact.DOES_WITHOUT_BODY);
    }

    private static BodyNeed needs(String params) {
        try (PolicyTester tester = PolicyTester.of(new UsageMeteringFactory(), params)) {
            return tester.bodyNeed(Phase.RESPONSE);
        }
    }

    @Test
    void aShareIsChosenAlikeForBothEntriesWhateverTheRequestsId() {
        Policy request = policy("sample: 0.25");
        Policy response = policy("sample: 0.25");
        for (int i = 0; i < 2_000; i++) {
            Call call = new Call("the same id", i, Long.MAX_VALUE, new Cancellation());
            request.onRequest(new RequestContext(REQUEST, Metadata.empty(), call));
            response.onResponse(new ResponseContext(
                    new ResponseView(200, HeaderMap.empty(), null), REQUEST, REQUEST, Metadata.empty(), call));
            env.endExchange(new ExchangeEnd(i, 200, false, null));
            env.endExchange(new ExchangeEnd(i, 200, false, null));
        }

        assertThat(sink.records()).hasSizeBetween(400, 600);
        assertThat(sink.json()).allMatch(event -> event.path("data").has("latency_ms"));
    }

    @Test
    void eachProcessChoosesForItself() {
        assertThat(chosen(new Sampling(1))).hasSizeBetween(400, 600).isNotEqualTo(chosen(new Sampling(2)));
    }

    private static List<Long> chosen(Sampling sampling) {
        return LongStream.range(0, 2_000)
                .filter(exchange -> sampling.chooses(exchange, 0.25))
                .boxed()
                .toList();
    }

    @Test
    void aShareOfNothingReportsNothing() {
        Policy policy = policy("sample: 0");
        policy.onRequest(new RequestContext(REQUEST, Metadata.empty(), call(1)));
        answer(policy, 1, "text/plain", "a");
        env.endExchange(new ExchangeEnd(1, 200, false, null));

        assertThat(sink.records()).isEmpty();
    }
}
