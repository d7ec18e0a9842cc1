package io.policyengine.policies.ai.semanticcache;

import static io.policyengine.policies.ai.semanticcache.Conducted.OTHER;
import static io.policyengine.policies.ai.semanticcache.Conducted.QUESTION;
import static io.policyengine.policies.ai.semanticcache.Conducted.SIMILAR;
import static io.policyengine.policies.ai.semanticcache.Conducted.answerOf;
import static io.policyengine.policies.ai.semanticcache.Conducted.chat;
import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.store.StoreException;
import io.policyengine.testkit.format.JsonTypeSpellings;
import io.policyengine.testkit.policy.FakeEnvironment;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The questions that are answered from the cache, and to whom. */
final class SemanticCacheTest {
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
    void anEntryOfTheSameNameAfterAReloadFindsWhatIsKept() {
        FakeEnvironment environment = new FakeEnvironment();
        new Conducted("", environment).learn("ann", QUESTION, "Paris");

        Conducted after = new Conducted("ttl_s: 60", environment);

        assertThat(after.chatOf("ann", SIMILAR).isHit()).isTrue();
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
}
