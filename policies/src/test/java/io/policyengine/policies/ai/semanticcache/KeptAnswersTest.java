package io.policyengine.policies.ai.semanticcache;

import static io.policyengine.policies.ai.semanticcache.Conducted.OTHER;
import static io.policyengine.policies.ai.semanticcache.Conducted.QUESTION;
import static io.policyengine.policies.ai.semanticcache.Conducted.SIMILAR;
import static io.policyengine.policies.ai.semanticcache.Conducted.answerOf;
import static io.policyengine.policies.ai.semanticcache.Conducted.chat;
import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.policy.ChunkFilter;
import io.policyengine.core.policy.ChunkOutcome;
import io.policyengine.core.policy.ResponseContext;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The answers that are kept, and those that are not. */
final class KeptAnswersTest {
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
                context.request().withRawPath("/other"),
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
    void anAnswerThatIsCompleteAfterItsExchangeHasEndedTakesNoMemory() {
        Conducted cache = new Conducted("");
        Conducted.Exchange exchange = cache.chatOf("ann", QUESTION);
        ResponseContext response = exchange.response(200, HeaderMap.of("content-type", "application/json"), null);
        exchange.mark(response);
        ChunkFilter<ChunkOutcome> filter = cache.policy.responseChunks(response);

        exchange.end(200, true, null);
        filter.onChunk(Buffer.buffer(answerOf("Paris")), true);
        filter.close();

        assertThat(cache.policy.taken()).isZero();
    }
}
