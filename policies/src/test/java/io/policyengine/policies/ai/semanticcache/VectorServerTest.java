package io.policyengine.policies.ai.semanticcache;

import static io.policyengine.policies.ai.semanticcache.Conducted.OTHER;
import static io.policyengine.policies.ai.semanticcache.Conducted.QUESTION;
import static io.policyengine.policies.ai.semanticcache.Conducted.SIMILAR;
import static io.policyengine.policies.ai.semanticcache.Conducted.answerOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.callout.CalloutException;
import io.policyengine.core.callout.CalloutResponse;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.testkit.policy.FakeEnvironment;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The server that gives vectors: what it is asked, and what it answers. */
final class VectorServerTest {
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
    void vectorsOfAnotherModelAreNotCompared() {
        FakeEnvironment environment = new FakeEnvironment();
        new Conducted("", environment).learn("ann", QUESTION, "Paris");

        Conducted after = new Conducted("dimensions: 128", environment);

        assertThat(after.chatOf("ann", SIMILAR).isHit()).isFalse();
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
