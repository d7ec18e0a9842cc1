package io.policyengine.policies.ai.tokenbasedratelimit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.http.ResponseView;
import io.policyengine.core.instruction.RequestInstruction;
import io.policyengine.core.instruction.SetResponseHeader;
import io.policyengine.core.params.BoundParams;
import io.policyengine.core.params.ParamsBinder;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.Cancellation;
import io.policyengine.core.policy.ChunkFilter;
import io.policyengine.core.policy.ChunkOutcome;
import io.policyengine.core.policy.EnvoyMetadata;
import io.policyengine.core.policy.ExchangeEnd;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.InvalidParamsException;
import io.policyengine.core.policy.Metadata;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.policy.ResponseContext;
import io.policyengine.core.policy.TrailersContext;
import io.policyengine.core.store.StoreException;
import io.policyengine.policies.ai.shared.budget.BudgetPolicy;
import io.policyengine.testkit.policy.AiFacts;
import io.policyengine.testkit.policy.FakeEnvironment;
import io.policyengine.testkit.policy.FakeStore;
import io.policyengine.testkit.policy.PolicyTester;
import io.policyengine.testkit.policy.TestMessages;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

class TokenBasedRateLimitTest {
    private static final int CUTS = 500;
    private static final long LIMIT = 100_000_000;
    private static final String PLAIN =
            "{ store: redis, algorithm: fixed_window, limits: [ { tokens: 100000000, per: hour } ] }";

    private final FakeEnvironment env = new FakeEnvironment();
    private final FakeStore store = env.useStore("redis");
    private BudgetPolicy policy = policy(PLAIN, env);
    private long exchanges;

    private static BudgetPolicy policy(String params, FakeEnvironment instance) {
        return (BudgetPolicy) PolicyTester.of(new TokenBasedRateLimitFactory(), params, instance)
                .policy();
    }

    /** Ten tokens of input, a hundred of output. */
    private static RequestView chat() {
        return chat("max_tokens");
    }

    private static RequestView chat(String bound) {
        return TestMessages.request("POST", "/v1/chat/completions", HeaderMap.empty(), "192.0.2.1")
                .withBody(Buffer.buffer(
                        "{\"" + bound + "\":100,\"messages\":\"1234567890123456789012345678901234567890\"}"));
    }

    private static Call call(long exchange) {
        return new Call("the same for all", exchange, Long.MAX_VALUE / 2, new Cancellation());
    }

    private static RequestContext context(RequestView request, long exchange, EnvoyMetadata envoy) {
        return new RequestContext(request, Metadata.empty(), call(exchange), null, envoy);
    }

    /** An exchange whose request has passed. */
    private record Begun(long id, Metadata metadata) {}

    private Begun begin(RequestView request) {
        return begin(policy, request, EnvoyMetadata.empty());
    }

    private Begun begin(BudgetPolicy instance, RequestView request, EnvoyMetadata envoy) {
        long id = ++exchanges;
        RequestOutcome outcome = instance.onRequest(context(request, id, envoy)).result();
        assertThat(outcome).isInstanceOf(RequestOutcome.Proceed.class);
        return new Begun(id, Metadata.empty().after(outcome.instructions()));
    }

    private static ResponseContext response(Begun exchange, int status, @Nullable String type, @Nullable Buffer body) {
        HeaderMap headers = type == null ? HeaderMap.empty() : HeaderMap.of("content-type", type);
        return new ResponseContext(
                new ResponseView(status, headers, body), chat(), chat(), exchange.metadata(), call(exchange.id()));
    }

    private static ChunkFilter<ChunkOutcome> stream(BudgetPolicy instance, Begun exchange, String type) {
        ResponseContext context = response(exchange, 200, type, null);
        instance.onResponse(context);
        return instance.responseChunks(context);
    }

    private static void end(FakeEnvironment where, Begun exchange, int status, boolean aborted, @Nullable String by) {
        where.endExchange(new ExchangeEnd(exchange.id(), status, aborted, by));
    }

    /** The tokens that are charged now, as the next request is told. */
    private long charged() {
        return charged(policy);
    }

    private long charged(BudgetPolicy instance) {
        long id = ++exchanges;
        RequestOutcome outcome =
                instance.onRequest(context(chat(), id, EnvoyMetadata.empty())).result();
        String left = "";
        for (RequestInstruction instruction : outcome.instructions()) {
            if (instruction instanceof SetResponseHeader(String name, String value)
                    && name.equals("x-ratelimit-remaining-tokens")) {
                left = value;
            }
        }
        env.endExchange(new ExchangeEnd(id, 0, true, null));
        return LIMIT - Long.parseLong(left) - 110;
    }

    private static Buffer longText() {
        return text("data: {'delta':{'content':'" + "x".repeat(10_000) + "'}}~~");
    }

    /** Quotation marks are written as apostrophes, line ends as tildes. */
    private static Buffer text(String body) {
        return Buffer.buffer(body.replace('\'', '"').replace('~', '\n'));
    }

    static Stream<Arguments> streams() {
        return Stream.of(
                Arguments.of(
                        "data: {'choices':[{'delta':{'content':'abcd'}}],'usage':null}~~data: {'choices':[],'usage':"
                                + "{'prompt_tokens':12,'completion_tokens':30,'total_tokens':42}}~~data: [DONE]~~",
                        42),
                Arguments.of(
                        "data: {'type':'response.output_text.delta','delta':'abcd'}~~data: {'type':'response.completed',"
                                + "'response':{'usage':{'input_tokens':12,'output_tokens':31,'total_tokens':43}}}~~",
                        43),
                Arguments.of(
                        "data: {'type':'message_start','message':{'usage':{'input_tokens':2,'cache_creation_input_tokens':3,"
                                + "'cache_read_input_tokens':7,'output_tokens':1}}}~~data: {'type':'content_block_delta',"
                                + "'delta':{'type':'text_delta','text':'abcd'}}~~data: {'type':'message_delta','usage':"
                                + "{'output_tokens':20}}~~data: {'type':'message_delta','usage':{'output_tokens':32}}~~",
                        44),
                Arguments.of(
                        "data: {'candidates':[{'content':{'parts':[{'text':'ab'}]}}],'usageMetadata':{'promptTokenCount':12,"
                                + "'candidatesTokenCount':1}}~~data: {'usageMetadata':{'promptTokenCount':12,"
                                + "'candidatesTokenCount':3,'thoughtsTokenCount':30}}~~",
                        45),
                // Nothing is told: what was reserved.
                Arguments.of("data: {'choices':[{'delta':{'content':'abcd'}}]}~~data: [DONE]~~", 110),
                Arguments.of("data: {'message':{'usage':{'input_tokens':12,'output_tokens':1}}}~~", 112),
                Arguments.of("data: {'usage':{'prompt_tokens':12,'completion_tokens':30}", 110),
                Arguments.of("", 110),
                // Told twice, and too little.
                Arguments.of(
                        "data: {'usage':{'prompt_tokens':12,'completion_tokens':30}}~~data: {'usage':{'prompt_tokens':12,"
                                + "'completion_tokens':40}}~~",
                        52),
                Arguments.of(
                        "data: {'delta':{'content':'" + "x".repeat(640) + "'}}~~data: {'usage':{'prompt_tokens':0,"
                                + "'completion_tokens':0}}~~",
                        40),
                Arguments.of("data: {'usage':{'prompt_tokens':0,'completion_tokens':0}}~~", 1),
                Arguments.of("data: {'usage':{'prompt_tokens':12,'completion_tokens':3000}}~~", 3_012));
    }

    @ParameterizedTest
    @MethodSource("streams")
    void aStreamIsChargedTheSameWhereverItIsCut(String body, long tokens) {
        Random random = new Random(body.hashCode());
        Buffer bytes = text(body);
        for (int i = 0; i < CUTS; i++) {
            long before = charged();
            Begun exchange = begin(chat());
            ChunkFilter<ChunkOutcome> chunks = stream(policy, exchange, "text/event-stream");
            int at = 0;
            while (at < bytes.length() && random.nextInt(40) > 0) {
                int end = Math.min(bytes.length(), at + random.nextInt(20));
                assertThat(chunks.onChunk(bytes.getBuffer(at, end), false).result())
                        .isEqualTo(ChunkOutcome.PASS);
                at = end;
            }
            chunks.onChunk(bytes.getBuffer(at, bytes.length()), true);
            assertThat(charged() - before).as("round %d", i).isEqualTo(tokens);
            end(env, exchange, 200, false, null);
            assertThat(charged() - before).as("round %d, after its end", i).isEqualTo(tokens);
        }
        assertThat(policy.underWay()).isZero();
    }

    @Test
    void oneThatBreaksOffIsChargedWhatWasSeen() {
        Begun exchange = begin(chat());
        ChunkFilter<ChunkOutcome> chunks = stream(policy, exchange, "text/event-stream");
        chunks.onChunk(text("data: {'delta':{'content':'12345678901234567890'}}~~"), false);
        end(env, exchange, 200, true, null);

        assertThat(charged()).isEqualTo(10 + 5);
    }

    @Test
    void noMoreThanTheRequestAllowsAndNeverNothing() {
        Begun large = begin(chat());
        stream(policy, large, "text/event-stream").onChunk(longText(), false);
        end(env, large, 200, true, null);
        assertThat(charged()).isEqualTo(110);

        Begun empty = begin(chat());
        stream(policy, empty, "text/event-stream");
        end(env, empty, 200, true, null);
        assertThat(charged()).isEqualTo(110 + 11);
    }

    @ParameterizedTest
    @CsvSource({"true", "false"})
    void allOfItWhereTheRequestSetsNoBoundThatItsInterfaceKnows(boolean isBrokenOff) {
        Begun exchange = begin(chat("max_output_tokens"));
        stream(policy, exchange, "text/event-stream").onChunk(longText(), !isBrokenOff);
        end(env, exchange, 200, isBrokenOff, null);

        assertThat(charged()).isEqualTo(10 + 2_500);
    }

    private static RequestView at(String path, String body) {
        return TestMessages.request("POST", path, HeaderMap.empty(), "192.0.2.1")
                .withBody(text(body));
    }

    /** Of each of them, a server passes over what is not for it. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'messages':[],'contents':[],'generationConfig':{'maxOutputTokens':1}}",
                "{'messages':[],'contents':[],'max_tokens':5000,'generationConfig':{'maxOutputTokens':1}}",
                "{'messages':[],'input':[],'max_output_tokens':1}",
                "{'messages':[],'inferenceConfig':{'maxTokens':1}}",
                "{'messages':[],'anthropic_version':'x','max_tokens':1,'max_completion_tokens':5000}"
            })
    void aBoundForAnotherInterfaceSavesNothingWhereThePathDoesNotTellWhichItIs(String body) {
        for (boolean isBrokenOff : new boolean[] {true, false}) {
            long before = charged();
            Begun exchange = begin(at("/api/chat", body));
            stream(policy, exchange, "text/event-stream").onChunk(longText(), !isBrokenOff);
            end(env, exchange, 200, isBrokenOff, null);

            assertThat(charged() - before).as("broken off: %s", isBrokenOff).isGreaterThan(2_500);
        }
    }

    @Test
    void anAnswerInTheBackgroundIsChargedItsBound() {
        RequestView request =
                at("/v1/responses", "{'input':'x','background':true,'stream':true,'max_output_tokens':5000}");
        policy = policy(PLAIN.replace("limits", "reserve_output: 100, limits"), env);

        end(env, begin(request), 0, true, null);
        assertThat(charged()).isEqualTo(5_001);

        Begun leaves = begin(request);
        stream(policy, leaves, "text/event-stream").onChunk(text("data: {'delta':'abcd'}~~"), false);
        end(env, leaves, 200, true, null);
        assertThat(charged()).isEqualTo(10_002);

        Begun queued = begin(request);
        policy.onResponse(response(queued, 200, "application/json", text("{'status':'queued','usage':null}")));
        assertThat(charged()).isEqualTo(15_003);

        Begun told = begin(request);
        stream(policy, told, "text/event-stream")
                .onChunk(text("data: {'response':{'usage':{'input_tokens':1,'output_tokens':2}}}~~"), true);
        assertThat(charged()).isEqualTo(15_006);

        end(env, begin(request), 403, false, "celRule");
        assertThat(charged()).isEqualTo(15_006);
    }

    @ParameterizedTest
    @ValueSource(strings = {"true", "'true'", "1"})
    void anAnswerInTheBackgroundWithoutABoundIsRefused(String yes) {
        RequestView request = at("/v1/responses", "{'input':'x','background':" + yes + "}");

        assertThat(policy.onRequest(context(request, 1, EnvoyMetadata.empty())).result())
                .isInstanceOf(RequestOutcome.Respond.class);
        begin(policy(PLAIN.replace("limits", "on_unknown: reserve, limits"), env), request, EnvoyMetadata.empty());
    }

    @Test
    void oneThatBreaksOffAfterItHasToldItsUseIsChargedIt() {
        Begun exchange = begin(chat());
        stream(policy, exchange, "text/event-stream")
                .onChunk(text("data: {'usage':{'prompt_tokens':12,'completion_tokens':300}}~~"), false);
        end(env, exchange, 200, true, null);

        assertThat(charged()).isEqualTo(312);
    }

    @Test
    void beforeTheAnswerBeginsNothingIsCharged() {
        Begun brokenOff = begin(chat());
        assertThat(policy.underWay()).isOne();
        end(env, brokenOff, 0, true, null);
        assertThat(charged()).isZero();

        end(env, begin(chat()), 403, false, "celRule");
        assertThat(charged()).isZero();
    }

    @Test
    void anAnswerThatNobodyHereHasSeenIsChargedWhatWasReserved() {
        end(env, begin(chat()), 200, false, null);
        end(env, begin(chat()), 500, false, null);

        assertThat(charged()).isEqualTo(220);
    }

    @Test
    void aRequestWhoseExchangeIsOverIsReleased() {
        store.after(Duration.ofMillis(10));
        Call call = call(99);
        Future<RequestOutcome> outcome = policy.onRequest(new RequestContext(chat(), Metadata.empty(), call));
        env.advance(Duration.ofMillis(10));
        assertThat(outcome.succeeded()).isTrue();
        end(env, new Begun(99, Metadata.empty()), 0, true, null);
        env.advance(Duration.ofMillis(10));
        store.recover();

        assertThat(charged()).isZero();
    }

    @Test
    void nothingIsHeldOfAnExchangeThatIsOver() {
        // Each combination of what differs below ten times.
        for (int i = 0; i < 300; i++) {
            Begun exchange = begin(chat());
            if (i % 3 == 0) {
                stream(policy, exchange, "text/event-stream");
            }
            end(env, exchange, i % 2 == 0 ? 200 : 0, i % 5 == 0, null);
        }
        assertThat(policy.underWay()).isZero();
    }

    @Test
    void theResponseMayBeElsewhere() {
        FakeEnvironment elsewhere = new FakeEnvironment();
        store.joinedBy(elsewhere);
        BudgetPolicy other = policy(PLAIN, elsewhere);
        Begun exchange = begin(chat());

        stream(other, exchange, "text/event-stream")
                .onChunk(text("data: {'usage':{'prompt_tokens':12,'completion_tokens':30}}~~"), true);
        end(elsewhere, exchange, 200, false, null);
        end(env, exchange, 200, false, null);

        assertThat(charged()).isEqualTo(42);
        assertThat(policy.underWay() + other.underWay()).isZero();
    }

    @Test
    void requestsWithTheSameIdAreChargedEach() {
        for (int i = 0; i < 3; i++) {
            policy.onResponse(response(
                    begin(chat()),
                    200,
                    "application/json",
                    text("{'usage':{'prompt_tokens':1,'completion_tokens':2}}")));
        }
        assertThat(charged()).isEqualTo(9);
    }

    @Test
    void whatWasReservedHereWhileTheStoreFailedIsSettledHere() {
        store.fail(StoreException.Kind.TIMEOUT);
        Begun exchange = begin(chat());
        store.recover();
        policy.onResponse(response(
                exchange, 200, "application/json", text("{'usage':{'prompt_tokens':1,'completion_tokens':2}}")));
        assertThat(charged()).isZero();

        store.fail(StoreException.Kind.TIMEOUT);
        assertThat(charged()).isEqualTo(3);
    }

    private static EnvoyMetadata facts(int protocol, String model, long maxOutput, long input) {
        return EnvoyMetadata.builder()
                .typed(AiFacts.REQUEST_INFO, AiFacts.requestInfo(protocol, model, true, maxOutput, input))
                .build();
    }

    @Test
    void whatEnvoyTellsTakesThePlaceOfTheBody() {
        RequestView request = TestMessages.request("POST", "/v1/messages", HeaderMap.empty(), "192.0.2.1");
        begin(policy, request, facts(3, "claude", 500, 77));
        assertThat(charged()).isEqualTo(577);

        begin(policy, request, facts(3, "claude", 0, 77));
        assertThat(charged()).isEqualTo(577 + 77 + 1024);
    }

    private void trailers(Begun exchange, EnvoyMetadata.Typed usage) {
        trailers(policy, exchange, usage);
    }

    private static void trailers(BudgetPolicy instance, Begun exchange, EnvoyMetadata.Typed usage) {
        EnvoyMetadata envoy =
                EnvoyMetadata.builder().typed(AiFacts.TOKEN_USAGE, usage).build();
        instance.onResponseTrailers(new TrailersContext(
                HeaderMap.empty(),
                new ResponseView(200, HeaderMap.empty(), null),
                chat(),
                chat(),
                exchange.metadata(),
                call(exchange.id()),
                envoy));
    }

    @Test
    void whatEnvoyHasReadInTheAnswerIsCharged() {
        Begun exchange = begin(chat());
        policy.onResponse(response(exchange, 200, "text/event-stream", null));
        trailers(exchange, AiFacts.tokenUsage(3, "claude", 12, 30, 1));
        assertThat(charged()).isEqualTo(42);

        end(env, exchange, 200, false, null);
        assertThat(charged()).isEqualTo(42);
    }

    @Test
    void whatEnvoyHasNotReadWholeIsChargedWhatWasReserved() {
        for (int status = 2; status <= 3; status++) {
            Begun exchange = begin(chat());
            policy.onResponse(response(exchange, 200, "text/event-stream", null));
            trailers(exchange, AiFacts.tokenUsage(3, "claude", 1, 1, status));
            end(env, exchange, 200, false, null);
        }
        Begun without = begin(chat());
        policy.onResponse(response(without, 200, "text/event-stream", null));
        end(env, without, 200, false, null);

        assertThat(charged()).isEqualTo(330);
    }

    @Test
    void anAnswerThatBreaksOffUnseenIsChargedWhatWasReserved() {
        Begun unread = begin(chat());
        policy.onResponse(response(unread, 200, "text/event-stream", null));
        end(env, unread, 200, true, null);
        assertThat(charged()).isEqualTo(110);

        Begun other = begin(chat());
        stream(policy, other, "text/plain");
        end(env, other, 200, true, null);
        assertThat(charged()).isEqualTo(220);
    }

    @Test
    void whatNeitherEnvoyNorThePathKnowsIsDenied() {
        RequestView request = TestMessages.request("POST", "/v1/images", HeaderMap.empty(), "192.0.2.1");

        assertThat(policy.onRequest(context(request, 1, facts(0, "", 0, 0))).result())
                .isInstanceOf(RequestOutcome.Respond.class);
        begin(policy, request, facts(1, "gpt", 10, 5));
    }

    private static final String SHARED =
            "store: redis, algorithm: fixed_window, scope: global, limits: [ { tokens: 100000000, per: hour } ]";

    @Test
    void withoutTheHeadersOfResponsesNothingIsFreeThatTellsNoUse() {
        policy = policy("{ " + SHARED + " }", env);
        BudgetPolicy blind = policy("{ facts: envoy, headers: false, response_headers: false, " + SHARED + " }", env);
        EnvoyMetadata asked = facts(1, "gpt", 100, 10);

        Begun told = begin(blind, chat(), asked);
        trailers(blind, told, AiFacts.tokenUsage(1, "gpt", 12, 30, 1));
        end(env, told, 0, false, null);
        assertThat(charged()).isEqualTo(42);

        Begun untold = begin(blind, chat(), asked);
        trailers(blind, untold, AiFacts.tokenUsage(1, "gpt", 1, 1, 3));
        end(env, untold, 0, false, null);
        assertThat(charged()).isEqualTo(42 + 110);

        end(env, begin(blind, chat(), asked), 0, true, null);
        assertThat(charged()).isEqualTo(42 + 220);

        end(env, begin(blind, chat(), asked), 403, false, "another");
        assertThat(charged()).isEqualTo(42 + 220);
        assertThat(blind.underWay()).isZero();
    }

    @Test
    void withoutTheHeadersOfResponsesTheTrailersSettleWhatAnotherProcessHasReserved() {
        policy = policy("{ " + SHARED + " }", env);
        String params = "{ facts: envoy, headers: false, response_headers: false, " + SHARED + " }";
        FakeEnvironment elsewhere = new FakeEnvironment();
        store.joinedBy(elsewhere);

        Begun exchange = begin(policy(params, env), chat(), facts(1, "gpt", 100, 10));
        trailers(policy(params, elsewhere), exchange, AiFacts.tokenUsage(1, "gpt", 12, 30, 1));

        assertThat(charged()).isEqualTo(42);
    }

    @Test
    void headersOfResponsesAreLeftOutOnlyWhereNothingNeedsThem() {
        TokenBasedRateLimitFactory factory = new TokenBasedRateLimitFactory();
        TokenBasedRateLimitParams blind = params("{ facts: envoy, headers: false, response_headers: false }");
        assertThat(factory.facts(blind, Phase.REQUEST).has(Fact.DOES_WITHOUT_RESPONSE_HEADERS))
                .isTrue();
        assertThat(factory.facts(blind, Phase.RESPONSE).has(Fact.DOES_WITHOUT_RESPONSE_HEADERS))
                .isTrue();
        assertThat(factory.facts(params("{ facts: envoy, headers: false }"), Phase.RESPONSE)
                        .has(Fact.DOES_WITHOUT_RESPONSE_HEADERS))
                .isFalse();
        for (String params : List.of(
                "{ facts: auto, headers: false, response_headers: false, " + SHARED + " }",
                "{ facts: envoy, response_headers: false, " + SHARED + " }")) {
            assertThatExceptionOfType(InvalidParamsException.class).isThrownBy(() -> policy(params, env));
        }
    }

    @Test
    void bodiesAreLeftUnreadWhereEnvoyTells() {
        TokenBasedRateLimitFactory factory = new TokenBasedRateLimitFactory();
        assertThat(factory.facts(params("{}"), Phase.REQUEST).inPlaceOfBody(Phase.REQUEST))
                .containsExactly(AiFacts.REQUEST_INFO);
        assertThat(factory.facts(params("{ inject_include_usage: true }"), Phase.REQUEST)
                        .inPlaceOfBody(Phase.REQUEST))
                .isEmpty();
        assertThat(factory.facts(params("{ estimate: chars_per_token }"), Phase.REQUEST)
                        .inPlaceOfBody(Phase.REQUEST))
                .isEmpty();
        assertThat(factory.facts(params("{ facts: body }"), Phase.REQUEST).metadataRead())
                .isEmpty();
        assertThat(factory.bodyNeed(params("{ facts: envoy }"), Phase.REQUEST)).isEqualTo(BodyNeed.NONE);
        assertThat(factory.bodyNeed(params("{ facts: envoy }"), Phase.RESPONSE)).isEqualTo(BodyNeed.NONE);
        assertThat(factory.facts(params("{}"), Phase.RESPONSE).inPlaceOfBody(Phase.RESPONSE))
                .containsExactly(AiFacts.REQUEST_INFO);
        assertThat(factory.facts(params("{}"), Phase.RESPONSE).has(Fact.READS_TRAILERS))
                .isTrue();
        assertThat(factory.facts(params("{}"), Phase.REQUEST).has(Fact.READS_TRAILERS))
                .isFalse();
        assertThat(factory.bodyNeed(params("{}"), Phase.REQUEST)).isEqualTo(BodyNeed.BUFFERED);
    }

    private static TokenBasedRateLimitParams params(String params) {
        var written = new YAMLMapper().readTree(params);
        ((ObjectNode) written).putArray("limits").addObject().put("tokens", 5).put("per", "day");
        return Objects.requireNonNull(
                ParamsBinder.ofPolicy(TokenBasedRateLimitParams.class).bind(written)
                                instanceof BoundParams.Ok<TokenBasedRateLimitParams>(var bound)
                        ? bound
                        : null);
    }

    @Test
    void aLargeBodyIsReadBesideTheEventLoop() {
        RequestView large =
                chat().withBody(text("{'model':'m','messages':'" + "x".repeat(400_000) + "','max_tokens':1}"));
        begin(large);

        assertThat(env.declared()).hasSize(1);
        assertThat(charged()).isEqualTo(100_001 + 1);
    }
}
