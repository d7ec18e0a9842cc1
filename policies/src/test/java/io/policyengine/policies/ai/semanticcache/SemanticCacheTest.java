package io.policyengine.policies.ai.semanticcache;

import static io.policyengine.policies.ai.semanticcache.Conducted.answerOf;
import static io.policyengine.policies.ai.semanticcache.Conducted.chat;
import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.callout.CalloutException;
import io.policyengine.core.callout.CalloutResponse;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.policy.ResponseContext;
import io.policyengine.core.store.StoreException;
import io.policyengine.testkit.format.JsonTypeSpellings;
import io.policyengine.testkit.policy.FakeEnvironment;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SemanticCacheTest {
    private static final String QUESTION = "what is the capital of france";
    private static final String SIMILAR = "the capital of france is what please";
    private static final String OTHER = "how do i bake bread at home";

    @Test
    void theSameQuestionIsAnsweredWithoutAVector() {
        Conducted cache = new Conducted("");
        cache.learn("ann", QUESTION, "Paris");
        int before = cache.asked();

        Conducted.Exchange again = cache.chatOf("ann", QUESTION);

        assertThat(again.answer().status()).isEqualTo(200);
        assertThat(again.answer().body()).hasToString(answerOf("Paris"));
        assertThat(again.answer().headers().get("content-type")).isEqualTo("application/json");
        assertThat(again.status()).isEqualTo("policy-engine-semantic; hit; ttl=3600; detail=same");
        assertThat(cache.asked()).isEqualTo(before);
        assertThat(cache.environment.cache("answers")).hasToString("1 hits, 0 stale, 1 missed");
    }

    static Stream<String> typesOfJson() {
        return JsonTypeSpellings.json();
    }

    @ParameterizedTest
    @MethodSource("typesOfJson")
    void aQuestionIsInWhatThePoliciesTakeForJson(String type) {
        Conducted cache = new Conducted("");
        cache.send("ann", Conducted.CHAT, chat(QUESTION), "content-type", type).answered(answerOf("Paris"));

        assertThat(cache.send("ann", Conducted.CHAT, chat(QUESTION), "content-type", type)
                        .isHit())
                .isTrue();
    }

    static Stream<String> otherTypes() {
        return JsonTypeSpellings.other();
    }

    @ParameterizedTest
    @MethodSource("otherTypes")
    void noQuestionIsInAnotherTypeOrInOneThatServersReadDifferently(String type) {
        Conducted cache = new Conducted("");

        for (String[] fields : new String[][] {
            {"content-type", type},
            {"content-type", "application/json, " + type},
            {"content-type", "application/json", "content-type", type}
        }) {
            cache.send("ann", Conducted.CHAT, chat(QUESTION), fields).answered(answerOf("Paris"));
            assertThat(cache.send("ann", Conducted.CHAT, chat(QUESTION), fields).isHit())
                    .isFalse();
        }
    }

    @Test
    void aQuestionThatMeansTheSameIsAnswered() {
        Conducted cache = new Conducted("");
        cache.learn("ann", QUESTION, "Paris");
        cache.learn("ann", OTHER, "Flour");

        Conducted.Exchange similar = cache.chatOf("ann", SIMILAR);

        assertThat(similar.answer().body()).hasToString(answerOf("Paris"));
        assertThat(similar.status()).isEqualTo("policy-engine-semantic; hit; ttl=3600; detail=similar");
        assertThat(similar.told("semantic_cache.status")).isEqualTo("hit");
        assertThat(Double.parseDouble(similar.told("semantic_cache.similarity")))
                .isBetween(0.8, 1.0);
    }

    @Test
    void aQuestionThatMeansSomethingElseGoesToTheUpstream() {
        Conducted cache = new Conducted("");
        cache.learn("ann", QUESTION, "Paris");

        Conducted.Exchange other = cache.chatOf("ann", OTHER);

        assertThat(other.isHit()).isFalse();
        assertThat(other.mark(200, "content-type", "application/json")).isEqualTo("policy-engine-semantic; fwd=miss");
    }

    @Test
    void questionsThatDifferInAFigureAreTwo() {
        Conducted cache = new Conducted("");
        cache.learn("ann", "what did we sell in the store in march 2024", "much");

        assertThat(cache.chatOf("ann", "what did we sell in the store in march 2025")
                        .isHit())
                .isFalse();
        assertThat(cache.chatOf("ann", "in march 2024 what did we sell in the store")
                        .isHit())
                .isTrue();
    }

    @Test
    void byChoiceFiguresAreWordsLikeOthers() {
        Conducted cache = new Conducted("exact_figures: false");
        cache.learn("ann", "what did we sell in the store in march 2024", "much");

        assertThat(cache.chatOf("ann", "what did we sell in the store in march 2025")
                        .isHit())
                .isTrue();
    }

    @Test
    void nothingIsAskedOfTheServerOfVectorsWhileThePartitionIsEmpty() {
        Conducted cache = new Conducted("");

        Conducted.Exchange first = cache.chatOf("ann", QUESTION);

        assertThat(cache.asked()).isZero();
        first.answered(answerOf("Paris"));
        assertThat(cache.asked()).isEqualTo(1);
        cache.chatOf("bob", OTHER);
        assertThat(cache.asked()).isEqualTo(1);
    }

    @Test
    void anotherConsumerGetsNoAnswer() {
        Conducted cache = new Conducted("");
        cache.learn("ann", QUESTION, "Paris");

        assertThat(cache.chatOf("bob", QUESTION).isHit()).isFalse();
        assertThat(cache.chatOf("", QUESTION).isHit()).isFalse();
        assertThat(cache.chatOf("ann", QUESTION).isHit()).isTrue();
    }

    @Test
    void clientsWithoutIdentityAreToldApartByCredentials() {
        Conducted cache = new Conducted("");
        cache.send("", Conducted.CHAT, chat(QUESTION), "authorization", "Bearer a")
                .answered(answerOf("Paris"));

        assertThat(cache.send("", Conducted.CHAT, chat(QUESTION), "authorization", "Bearer b")
                        .isHit())
                .isFalse();
        assertThat(cache.send("", Conducted.CHAT, chat(QUESTION), "authorization", "Bearer a")
                        .isHit())
                .isTrue();
    }

    @Test
    void byChoiceAllShareAnswers() {
        Conducted cache = new Conducted("shared: true");
        cache.learn("ann", QUESTION, "Paris");

        assertThat(cache.chatOf("bob", SIMILAR).isHit()).isTrue();
    }

    @Test
    void whoSharesAnswersMayStillBeToldApartByAKey() {
        Conducted cache = new Conducted("shared: true\nkey: header:X-Tenant");
        cache.send("ann", Conducted.CHAT, chat(QUESTION), "x-tenant", "a").answered(answerOf("Paris"));

        assertThat(cache.send("bob", Conducted.CHAT, chat(QUESTION), "x-tenant", "b")
                        .isHit())
                .isFalse();
        assertThat(cache.send("bob", Conducted.CHAT, chat(QUESTION), "x-tenant", "a")
                        .isHit())
                .isTrue();
    }

    @Test
    void anAnswerIsGivenForItsTime() {
        Conducted cache = new Conducted("ttl_s: 100");
        cache.learn("ann", QUESTION, "Paris");

        cache.environment.advance(Duration.ofMillis(99_500));
        assertThat(cache.chatOf("ann", QUESTION).status()).contains("; ttl=0;");
        cache.environment.advance(Duration.ofMillis(500));

        assertThat(cache.chatOf("ann", QUESTION).isHit()).isFalse();
        assertThat(cache.chatOf("ann", SIMILAR).isHit()).isFalse();
    }

    @Test
    void theOldestAnswerOfAPartitionGoes() {
        Conducted cache = new Conducted("max_entries: 2");
        cache.learn("ann", QUESTION, "Paris");
        cache.learn("ann", OTHER, "Flour");
        cache.learn("ann", "who wrote the odyssey", "Homer");

        assertThat(cache.chatOf("ann", QUESTION).isHit()).isFalse();
        assertThat(cache.chatOf("ann", OTHER).isHit()).isTrue();
    }

    @Test
    void aPartitionHasAQuarterOfTheMemory() {
        Conducted cache = new Conducted("max_bytes: 262144");
        String answer = "a".repeat(30_000);
        cache.learn("ann", QUESTION, answer);
        cache.learn("ann", OTHER, answer);
        cache.learn("ann", "who wrote the odyssey", answer);

        assertThat(cache.chatOf("ann", QUESTION).isHit()).isFalse();
        assertThat(cache.chatOf("ann", OTHER).isHit()).isTrue();
        assertThat(cache.chatOf("ann", "who wrote the odyssey").isHit()).isTrue();
    }

    @Test
    void aStreamIsGivenAsAStreamAndOnlyToWhoAsksForOne() {
        Conducted cache = new Conducted("");
        String streaming = chat(QUESTION).replace("{\"model\"", "{\"stream\": true, \"model\"");
        String events = """
                data: {"choices":[{"index":0,"delta":{"content":"Par"}}]}

                data: {"choices":[{"index":0,"delta":{"content":"is"},"finish_reason":"stop"}]}

                data: [DONE]

                """;
        cache.send("ann", Conducted.CHAT, streaming)
                .answered("text/event-stream; charset=utf-8", List.of(events.substring(0, 33), events.substring(33)));

        Conducted.Exchange again = cache.send("ann", Conducted.CHAT, streaming);

        assertThat(again.answer().body()).hasToString(events);
        assertThat(again.answer().headers().get("content-type")).isEqualTo("text/event-stream; charset=utf-8");
        assertThat(cache.chatOf("ann", QUESTION).isHit()).isFalse();
        assertThat(cache.send("ann", Conducted.CHAT, streaming.replace("true", "false"))
                        .isHit())
                .isFalse();
    }

    @Test
    void whereverAStreamIsCutTheSameIsKept() {
        String streaming = chat(QUESTION).replace("{\"model\"", "{\"stream\": true, \"model\"");
        String events = """
                data: {"choices":[{"index":0,"delta":{"content":"Zürich \\ud83d\\ude00"},"finish_reason":"stop"}]}

                data: [DONE]

                """;
        Buffer whole = Buffer.buffer(events);
        Conducted cache = new Conducted("");
        for (int i = 1; i < 2_000; i++) {
            cache.send("ann" + i, Conducted.CHAT, streaming).answeredIn("text/event-stream", cut(whole, new Random(i)));
            assertThat(cache.send("ann" + i, Conducted.CHAT, streaming).answer().body())
                    .as("seed %s", i)
                    .isEqualTo(whole);
        }
    }

    private static List<Buffer> cut(Buffer body, Random random) {
        List<Buffer> chunks = new ArrayList<>();
        for (int at = 0; at < body.length(); ) {
            int end = Math.min(body.length(), at + random.nextInt(20));
            chunks.add(body.getBuffer(at, end));
            at = end;
        }
        return chunks;
    }

    @Test
    void anAnswerOfTheOtherKindIsNotKept() {
        Conducted cache = new Conducted("");
        String streaming = chat(QUESTION).replace("{\"model\"", "{\"stream\": true, \"model\"");

        assertThat(cache.send("ann", Conducted.CHAT, streaming).mark(200, "content-type", "application/json"))
                .isEqualTo("policy-engine-semantic; fwd=miss; detail=type");
        assertThat(cache.chatOf("ann", QUESTION).mark(200, "content-type", "text/event-stream"))
                .isEqualTo("policy-engine-semantic; fwd=miss; detail=type");
        assertThat(cache.policy.underWay()).isZero();
    }

    @Test
    void answersThatAreNotWholeAreNotKept() {
        Conducted cache = new Conducted("");
        cache.chatOf("ann", QUESTION).answered(answerOf("Paris").replace("\"stop\"", "\"length\""));
        cache.chatOf("ann", QUESTION).answered("{\"choices\": []}");
        cache.chatOf("ann", QUESTION).answered(answerOf("Paris").substring(0, 30));

        assertThat(cache.chatOf("ann", QUESTION).isHit()).isFalse();
    }

    @Test
    void answersThatTheClientHasNotGotAreNotKept() {
        Conducted cache = new Conducted("");
        Conducted.Exchange aborted = cache.chatOf("ann", QUESTION);
        aborted.passed("application/json", List.of(answerOf("Paris")));
        aborted.end(200, true, null);
        Conducted.Exchange denied = cache.chatOf("ann", QUESTION);
        denied.passed("application/json", List.of(answerOf("Paris")));
        denied.end(200, false, "guardrail");
        Conducted.Exchange replaced = cache.chatOf("ann", QUESTION);
        replaced.passed("application/json", List.of(answerOf("Paris")));
        replaced.end(502, false, null);

        assertThat(cache.chatOf("ann", QUESTION).isHit()).isFalse();
        assertThat(cache.policy.taken()).isLessThan(5_000);
    }

    @Test
    void answersSayWhyTheyAreNotKept() {
        Conducted cache = new Conducted("shared: true");
        String json = "application/json";

        assertThat(cache.chatOf("ann", QUESTION).mark(500, "content-type", json))
                .endsWith("; detail=status");
        assertThat(cache.chatOf("ann", QUESTION).mark(200, "content-type", json, "cache-control", "no-store"))
                .endsWith("; detail=no-store");
        assertThat(cache.chatOf("ann", QUESTION).mark(200, "content-type", json, "cache-control", "private"))
                .endsWith("; detail=no-store");
        assertThat(cache.chatOf("ann", QUESTION).mark(200, "content-type", json, "set-cookie", "a=b"))
                .endsWith("; detail=set-cookie");
        assertThat(cache.policy.underWay()).isZero();
        assertThat(cache.policy.taken()).isZero();
    }

    @Test
    void anAnswerToARequestThatWasSentElsewhereIsNotKept() {
        Conducted cache = new Conducted("");
        Conducted.Exchange exchange = cache.chatOf("ann", QUESTION);
        ResponseContext context = exchange.response(200, HeaderMap.of("content-type", "application/json"), null);
        ResponseContext elsewhere = new ResponseContext(
                context.response(),
                context.request().withPath("/other"),
                context.originalRequest(),
                context.metadata(),
                context.call());

        assertThat(exchange.mark(elsewhere)).isEqualTo("policy-engine-semantic; fwd=miss; detail=rewritten");
    }

    @Test
    void aBodyThatComesWholeIsKeptAsWell() {
        Conducted cache = new Conducted("");
        Conducted.Exchange exchange = cache.chatOf("ann", QUESTION);
        exchange.mark(exchange.response(
                200, HeaderMap.of("content-type", "application/json"), Buffer.buffer(answerOf("Paris"))));
        exchange.end(200, false, null);

        assertThat(cache.chatOf("ann", SIMILAR).isHit()).isTrue();
    }

    @Test
    void clientsMayAskForANewAnswerOrForNoneToBeKept() {
        Conducted cache = new Conducted("skip_header: X-Skip");
        cache.learn("ann", QUESTION, "Paris");

        assertThat(cache.send("ann", Conducted.CHAT, chat(QUESTION), "cache-control", "no-store")
                        .isHit())
                .isFalse();
        assertThat(cache.send("ann", Conducted.CHAT, chat(QUESTION), "x-skip", "")
                        .isHit())
                .isFalse();
        Conducted.Exchange fresh = cache.send("ann", Conducted.CHAT, chat(QUESTION), "cache-control", "no-cache");
        assertThat(fresh.isHit()).isFalse();
        fresh.answered(answerOf("Paris, still"));

        assertThat(cache.chatOf("ann", QUESTION).answer().body()).hasToString(answerOf("Paris, still"));
    }

    @Test
    void byChoiceWhatClientsSayOfCachingDoesNotCount() {
        Conducted cache = new Conducted("request_directives: false");
        cache.learn("ann", QUESTION, "Paris");

        assertThat(cache.send("ann", Conducted.CHAT, chat(QUESTION), "cache-control", "no-store")
                        .isHit())
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"TIMEOUT", "UNREACHABLE", "BREAKER_OPEN", "OVERLOADED", "TOO_LARGE"})
    void withoutVectorsRequestsGoToTheUpstream(CalloutException.Kind kind) {
        Conducted cache = new Conducted("");
        cache.learn("ann", QUESTION, "Paris");
        cache.environment.useTarget("vectors").fail(kind);

        Conducted.Exchange similar = cache.chatOf("ann", SIMILAR);

        assertThat(similar.isHit()).isFalse();
        assertThat(similar.mark(200)).isEqualTo("policy-engine-semantic; fwd=miss; detail=embeddings");
        assertThat(cache.chatOf("ann", QUESTION).isHit()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"data\": [{\"embedding\": [NaN, 1]}]}",
                "{\"data\": [{\"embedding\": [1e999, 1]}]}",
                "{\"data\": [{\"embedding\": [0, 0, 0.0]}]}",
                "{\"data\": [{\"embedding\": [1e-400, 0]}]}",
                "{\"data\": [{\"embedding\": [\"1\", \"2\"]}]}",
                "{\"data\": [{\"embedding\": []}]}",
                "{\"data\": [{\"embedding\": \"AAAA\"}]}",
                "{\"data\": []}",
                "{\"data\": [{\"embedding\": [1]}, {\"embedding\": [1]}]}",
                "{\"error\": {}}",
                "not json"
            })
    void whatIsNoVectorIsNone(String answer) {
        Conducted cache = new Conducted("");
        cache.learn("ann", QUESTION, "Paris");
        cache.environment.useTarget("vectors").answer(200, answer);

        assertThat(cache.chatOf("ann", SIMILAR).told("semantic_cache.detail")).isEqualTo("embeddings");
    }

    @Test
    void aVectorOfOtherDimensionsMeetsNone() {
        Conducted cache = new Conducted("");
        cache.learn("ann", QUESTION, "Paris");
        cache.environment.useTarget("vectors").answer(200, "{\"data\": [{\"embedding\": [1, 0]}]}");

        assertThat(cache.chatOf("ann", SIMILAR).isHit()).isFalse();

        Conducted strict = new Conducted("dimensions: 3");
        strict.environment.useTarget("vectors").answer(200, "{\"data\": [{\"embedding\": [1, 0]}]}");
        strict.learn("ann", QUESTION, "Paris");
        assertThat(strict.chatOf("ann", QUESTION).isHit()).isFalse();
    }

    @Test
    void theServerIsAskedAsOpenAiDescribesIt() {
        Conducted cache = new Conducted("dimensions: 128\npath: /v1/embeddings");
        cache.learn("ann", QUESTION, "Paris");

        assertThat(cache.environment.useTarget("vectors").requests())
                .singleElement()
                .satisfies(request -> {
                    assertThat(request.path()).isEqualTo("/v1/embeddings");
                    assertThat(request.body())
                            .hasToString("{\"model\":\"words\",\"input\":\"" + QUESTION
                                    + "\",\"encoding_format\":\"float\",\"dimensions\":128}");
                });
    }

    @Test
    void aTextIsAskedAboutOnceForAllWhoAskAtOnce() {
        Conducted cache = new Conducted("");
        cache.learn("ann", QUESTION, "Paris");
        cache.environment.useTarget("vectors").after(Duration.ofMillis(100));
        int before = cache.asked();

        List<Conducted.Exchange> flood = IntStream.range(0, 100)
                .mapToObj(_ -> cache.chatOf("ann", SIMILAR))
                .toList();
        cache.environment.advance(Duration.ofMillis(100));

        assertThat(cache.asked()).isEqualTo(before + 1);
        assertThat(flood).allMatch(Conducted.Exchange::isHit);
    }

    @Test
    void aFloodOfTextsAsksAboutSoManyAtOnceAndTheRestPasses() {
        Conducted cache = new Conducted("");
        cache.learn("ann", QUESTION, "Paris");
        cache.environment.useTarget("vectors").hang();
        int before = cache.asked();

        List<Conducted.Exchange> flood = IntStream.range(0, 500)
                .mapToObj(i -> cache.chatOf("ann", "word" + "x".repeat(i) + " what is the capital of france"))
                .toList();

        assertThat(cache.asked() - before).isEqualTo(64);
        assertThat(flood.stream().filter(each -> each.outcome.isComplete())).hasSize(436);
        cache.environment.advance(Duration.ofSeconds(1));
        assertThat(flood).allMatch(each -> each.outcome.succeeded() && !each.isHit());
    }

    @Test
    void questionsOnTheirWayHaveAQuarterOfTheMemory() {
        Conducted cache = new Conducted("max_bytes: 65536");
        for (int i = 0; i < 1_000; i++) {
            cache.chatOf("ann", "question " + i);
        }

        assertThat(cache.policy.taken()).isLessThanOrEqualTo(16_384);
        assertThat(cache.policy.underWay()).isBetween(5, 16);
        assertThat(cache.chatOf("ann", QUESTION).told("semantic_cache.detail")).isEqualTo("overload");
    }

    @Test
    void nothingIsHeldAfterTheEnd() {
        Conducted cache = new Conducted("");
        for (int i = 0; i < 100; i++) {
            cache.learn("ann", "question " + i, "Paris");
            cache.chatOf("ann", "another " + i).end(0, true, null);
        }

        assertThat(cache.policy.underWay()).isZero();
        assertThat(cache.policy.taken()).isZero();
    }

    @Test
    void whoseExchangeIsOverIsNotNoted() {
        Conducted cache = new Conducted("");
        cache.learn("ann", QUESTION, "Paris");
        cache.environment.useTarget("vectors").after(Duration.ofMillis(100));
        Conducted.Exchange gone = cache.chatOf("ann", SIMILAR);

        gone.call.cancellation().cancel();
        cache.environment.advance(Duration.ofMillis(100));

        assertThat(gone.outcome.succeeded()).isTrue();
        assertThat(cache.policy.underWay()).isZero();
    }

    @Test
    void withoutAStoreRequestsGoToTheUpstream() {
        FakeEnvironment environment = new FakeEnvironment();
        environment.useStore("shared");
        Conducted cache = new Conducted("store: shared", environment);
        cache.learn("ann", QUESTION, "Paris");
        assertThat(cache.chatOf("ann", SIMILAR).isHit()).isTrue();
        environment.useStore("shared").fail(StoreException.Kind.UNREACHABLE);

        Conducted.Exchange again = cache.chatOf("ann", QUESTION);

        assertThat(again.mark(200)).isEqualTo("policy-engine-semantic; fwd=miss; detail=store");
    }

    @Test
    void anAnswerThatIsTooLongIsNotKept() {
        Conducted cache = new Conducted("max_body_bytes: 200");
        cache.learn("ann", QUESTION, "a".repeat(200));
        cache.learn("ann", OTHER, "Flour");

        assertThat(cache.chatOf("ann", QUESTION).isHit()).isFalse();
        assertThat(cache.chatOf("ann", OTHER).isHit()).isTrue();
    }

    @Test
    void anAnswerThatTheEngineCannotGiveIsNotGiven() {
        Conducted cache = new Conducted("");
        cache.learn("ann", QUESTION, "Paris");
        cache.environment.limitBodies(10);

        assertThat(cache.chatOf("ann", QUESTION).isHit()).isFalse();
    }

    @Test
    void largeBodiesAreReadBesideTheLoop() {
        Conducted cache = new Conducted("");
        String system = "{\"model\": \"m\", \"messages\": [{\"role\": \"system\", \"content\": \"" + "s".repeat(70_000)
                + "\"}, {\"role\": \"user\", \"content\": \"" + QUESTION + "\"}]}";
        cache.send("ann", Conducted.CHAT, system).answered(answerOf("p".repeat(70_000)));

        assertThat(cache.environment.declared()).hasSize(2);
        assertThat(cache.send("ann", Conducted.CHAT, system).isHit()).isTrue();
        assertThat(cache.send("ann", Conducted.CHAT, system.replace("ss\"", "st\""))
                        .isHit())
                .isFalse();
    }

    @Test
    void smallBodiesOfManyValuesAreReadBesideTheLoopAsWell() {
        Conducted cache = new Conducted("");
        String many = "{\"model\": \"m\", \"stop\": [" + "0,".repeat(3_000)
                + "0], \"messages\": [{\"role\": \"user\", \"content\": \"" + QUESTION + "\"}]}";

        cache.send("ann", Conducted.CHAT, many);

        assertThat(cache.environment.declared()).hasSize(1);
    }

    @Test
    void manyVectorsAreComparedBesideTheLoop() {
        Conducted cache = new Conducted("");
        Random random = new Random(7);
        cache.environment.useTarget("vectors").answer(_ -> vector(random.ints(4_096, -9, 10)));
        for (int i = 0; i < 40; i++) {
            cache.learn("ann", "question " + "z".repeat(i + 1), "Paris");
        }
        int before = cache.environment.declared().size();

        assertThat(cache.chatOf("ann", SIMILAR).isHit()).isFalse();

        assertThat(cache.environment.declared())
                .as("its vector is read, and compared")
                .hasSize(before + 2);
    }

    private static CalloutResponse vector(IntStream numbers) {
        String list = numbers.mapToObj(Integer::toString).collect(Collectors.joining(","));
        return new CalloutResponse(
                200, HeaderMap.empty(), Buffer.buffer("{\"data\": [{\"embedding\": [" + list + "]}]}"));
    }

    @Test
    void anEntryOfTheSameNameAfterAReloadFindsWhatIsKept() {
        FakeEnvironment environment = new FakeEnvironment();
        new Conducted("", environment).learn("ann", QUESTION, "Paris");

        Conducted after = new Conducted("ttl_s: 60", environment);

        assertThat(after.chatOf("ann", SIMILAR).isHit()).isTrue();
    }

    @Test
    void vectorsOfAnotherModelAreNotCompared() {
        FakeEnvironment environment = new FakeEnvironment();
        new Conducted("", environment).learn("ann", QUESTION, "Paris");

        Conducted after = new Conducted("dimensions: 128", environment);

        assertThat(after.chatOf("ann", SIMILAR).isHit()).isFalse();
    }

    @Test
    void answersOfAnotherGenerationAreForgotten() {
        FakeEnvironment environment = new FakeEnvironment();
        new Conducted("", environment).learn("ann", QUESTION, "Paris");

        assertThat(new Conducted("generation: next", environment)
                        .chatOf("ann", QUESTION)
                        .isHit())
                .isFalse();
        assertThat(new Conducted("", environment).chatOf("ann", QUESTION).isHit())
                .isTrue();
    }

    @Test
    void theServerMayAnswerWithAnErrorWhileAnAnswerIsKept() {
        Conducted cache = new Conducted("");
        cache.environment
                .useTarget("vectors")
                .answer(_ -> new CalloutResponse(429, HeaderMap.empty(), Buffer.buffer()));
        cache.learn("ann", QUESTION, "Paris");

        assertThat(cache.chatOf("ann", QUESTION).isHit()).isFalse();
        assertThat(cache.policy.taken()).isLessThan(5_000);
    }
}
