package io.policyengine.e2e.ai;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.e2e.ai.TokenCase.Leaving;
import io.policyengine.e2e.ai.TokenClient.Came;
import io.policyengine.e2e.harness.Figures;
import io.policyengine.e2e.harness.Installation.EnvoyVersion;
import io.policyengine.testkit.provider.AnswerScript;
import io.policyengine.testkit.provider.AnswerScript.Ending;
import io.policyengine.testkit.provider.ProviderApi;
import io.vertx.core.http.HttpMethod;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Budgets of tokens by what Envoy itself knows of an exchange: messages between Envoy and the engine, exact counts, answers with no or half a
 * body, a guard beside them that holds the answer, and processor time of a stream of 200 events beside the same with the body, without a budget, and
 * with Envoy's own filters alone, which it prints where {@link Figures} are wanted.
 */
class TokenFactsIT {
    private static final String NONE = "/none";
    private static final String PARSED = "/parsed";
    private static final String FACTS = "/facts";
    private static final String TRAILERS = "/trailers";
    private static final String BODY = "/body";
    private static final String GUARDED = "/guarded";

    private static final int EVENTS = 200;
    private static final int STREAMS = Figures.times(48, 4);
    private static final int AT_ONCE = 16;
    /** Requests that let the engine compile its code before anything is measured. */
    private static final int WARM_UP = Figures.times(1_000, 4);
    /** Of which the last is told. */
    private static final int ROUNDS = Figures.times(2, 1);

    /** Request headers, response headers, for the status and the fields of the budget, and the trailers that Envoy makes. */
    private static final int MESSAGES = 3;
    /** Of these, without the response headers. */
    private static final int MESSAGES_WITH_TRAILERS_ALONE = 2;

    private static final Set<ProviderApi> KNOWN_TO_ENVOY = EnumSet.of(
            ProviderApi.OPENAI_CHAT, ProviderApi.OPENAI_RESPONSES, ProviderApi.ANTHROPIC, ProviderApi.GEMINI);

    private static final TokenCase STREAM = TokenCase.of("a stream", ProviderApi.OPENAI_CHAT, true)
            .replacing("\"max_completion_tokens\":" + TokenCase.MAX_OUTPUT, "\"max_completion_tokens\":1000")
            .answered(AnswerScript.HONEST.withPieces(EVENTS).withPause(Duration.ofMillis(1)));

    private static final String WITHOUT_BUDGET = "request_flow: { policy_chain: [ { policy: requestId } ] }\n";

    private static final TokenCase SHORT = STREAM.answered(AnswerScript.HONEST.withPieces(4));

    private static BudgetStack stack;

    @BeforeAll
    static void start() {
        stack = BudgetStack.start(
                EnvoyVersion.V1_40,
                Map.of(
                        NONE, WITHOUT_BUDGET,
                        PARSED, WITHOUT_BUDGET,
                        FACTS, BudgetStack.budget("facts: envoy", ""),
                        TRAILERS, BudgetStack.budget("facts: envoy, headers: false, response_headers: false", ""),
                        BODY, BudgetStack.budget("facts: body", ""),
                        GUARDED, BudgetStack.budget("facts: auto", """
                                , { policy: contentModerationGuardrail, params: { hold: window, checks: [ { type: words, words: [ word3 ], action: mask } ] } }""")),
                TokenFactsIT::parsing);
    }

    /** Envoy's own filters at work where no policy looks at what they find. */
    private static String parsing(String configuration) {
        String chat = PARSED + ProviderApi.OPENAI_CHAT.path();
        String route = "              - name: " + chat + "\n";
        assertThat(configuration).contains(route);
        return configuration.replace(route, route + """
                                typed_per_filter_config:
                                  envoy.filters.http.ai_protocol_manager:
                                    '@type': type.googleapis.com/envoy.extensions.filters.http.ai_protocol_manager.v3.AiProtocolManagerPerRoute
                                    request: { llm_protocol: OPENAI_CHAT_COMPLETIONS }
                                    response: { llm_protocol: OPENAI_CHAT_COMPLETIONS }
                """);
    }

    @AfterAll
    static void stop() {
        stack.close();
    }

    /** What one stream cost, in milliseconds of processor time. */
    private record Cost(double engine, double envoy, double messages) {
        @Override
        public String toString() {
            return "engine %.2f ms, Envoy %.2f ms, %.1f messages".formatted(engine, envoy, messages);
        }
    }

    private static TokenCase at(String prefix, TokenCase request) {
        return request.at(prefix + request.path());
    }

    @Test
    void aStreamCostsAFewMessages() throws InterruptedException {
        for (String prefix : List.of(NONE, PARSED, FACTS, TRAILERS, BODY)) {
            sendAll(prefix, SHORT, WARM_UP);
        }
        for (int round = 1; round <= ROUNDS; round++) {
            Cost withNone = cost(NONE);
            Cost parsed = cost(PARSED);
            Cost withFacts = cost(FACTS);
            Cost withTrailers = cost(TRAILERS);
            Cost withBody = cost(BODY);
            assertThat(withFacts.messages()).isEqualTo(MESSAGES);
            assertThat(withTrailers.messages()).isEqualTo(MESSAGES_WITH_TRAILERS_ALONE);
            assertThat(withBody.messages()).isGreaterThan(MESSAGES);
            if (Figures.wanted() && round == ROUNDS) {
                System.out.printf(
                        "%na stream of %d events%nwithout a budget: %s%nwith Envoy's filters alone: %s%nby Envoy's facts: %s%nof these, without response headers: %s%nby the body: %s%n",
                        EVENTS, withNone, parsed, withFacts, withTrailers, withBody);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {FACTS, TRAILERS})
    void whatEnvoyTellsIsExact(String prefix) {
        for (ProviderApi api : KNOWN_TO_ENVOY) {
            for (int cut : new int[] {0, 1, 7, 64, 4_096}) {
                TokenCase request =
                        TokenCase.of(api + " cut every " + cut, api, true).answered(AnswerScript.HONEST.withCut(cut));
                String key = prefix + api + "-" + cut;

                stack.send(at(prefix, request), key);
                long billed = stack.billed(key);

                assertThat(stack.charged(key, FACTS)).as("%s", request).isEqualTo(billed);
            }
        }
    }

    /** What the guard holds back goes before the trailers that Envoy makes, by which the budget settles. */
    @ParameterizedTest
    @ValueSource(ints = {0, 7})
    void aGuardThatHoldsTheAnswerWorksBesideThem(int cut) {
        for (ProviderApi api : KNOWN_TO_ENVOY) {
            String key = "guarded-" + api + "-" + cut;
            TokenCase request = TokenCase.of(key, api, true).answered(AnswerScript.HONEST.withCut(cut));

            Came came = stack.send(at(GUARDED, request), key);
            long billed = stack.billed(key);

            assertThat(came.status()).as(key).isEqualTo(200);
            assertThat(came.body()).as(key).contains("word2", "word4", "***").doesNotContain("word3");
            assertThat(stack.charged(key, FACTS)).as(key).isEqualTo(billed);
        }
    }

    /** Each ends for the client and for the engine, and none that has cost something is free. */
    @ParameterizedTest
    @ValueSource(strings = {FACTS, GUARDED})
    void answersWithoutABodyOrWithHalfOfOneEnd(String prefix) {
        TokenCase request = TokenCase.of("ends", ProviderApi.OPENAI_CHAT, true);

        assertThat(ended(prefix, "empty", request.answered(AnswerScript.HONEST.withEnd(Ending.EMPTY))))
                .isEqualTo(200);
        assertThat(ended(prefix, "204", request.answered(AnswerScript.HONEST.withStatus(204))))
                .isEqualTo(204);
        assertThat(ended(prefix, "503", request.answered(AnswerScript.HONEST.withStatus(503))))
                .isEqualTo(503);
        assertThat(ended(prefix, "head", request.by(HttpMethod.HEAD).saying("")))
                .isBetween(400, 405);
        assertThat(ended(prefix, "silent", request.answered(AnswerScript.HONEST.withEnd(Ending.SILENT))))
                .isEqualTo(503);
        ended(prefix, "broken", request.answered(AnswerScript.HONEST.withEnd(Ending.BROKEN)));
        ended(
                prefix,
                "left",
                request.answered(AnswerScript.HONEST.withEnd(Ending.STALLED)).leaving(Leaving.IN_THE_MIDDLE));

        assertThat(charged(prefix, "503")).isZero();
        assertThat(charged(prefix, "silent")).isZero();
        assertThat(charged(prefix, "head")).isZero();
        for (String broken : List.of("broken", "left")) {
            assertThat(charged(prefix, broken)).as(broken).isPositive();
        }
        assertThat(stack.envoy().extProc("spurious_msgs_received")).isZero();
    }

    /** Nothing tells then that they have not begun. */
    @Test
    void withoutResponseHeadersAnswersThatTellNoUseAreChargedToo() {
        TokenCase request = TokenCase.of("ends", ProviderApi.OPENAI_CHAT, true);
        for (AnswerScript script : List.of(
                AnswerScript.HONEST.withEnd(Ending.EMPTY),
                AnswerScript.HONEST.withStatus(204),
                AnswerScript.HONEST.withStatus(503),
                AnswerScript.HONEST.withEnd(Ending.SILENT),
                AnswerScript.HONEST.withEnd(Ending.BROKEN))) {
            ended(TRAILERS, script.toString(), request.answered(script));

            assertThat(charged(TRAILERS, script.toString())).as("%s", script).isPositive();
        }
        ended(
                TRAILERS,
                "left",
                request.answered(AnswerScript.HONEST.withEnd(Ending.STALLED)).leaving(Leaving.IN_THE_MIDDLE));
        assertThat(charged(TRAILERS, "left")).isPositive();
        assertThat(stack.envoy().extProc("spurious_msgs_received")).isZero();
    }

    private static int ended(String prefix, String name, TokenCase request) {
        int status = stack.send(at(prefix, request), prefix + "-" + name).status();
        stack.awaitQuiet();
        return status;
    }

    private static long charged(String prefix, String name) {
        return stack.charged(prefix + "-" + name, FACTS);
    }

    private static Cost cost(String prefix) throws InterruptedException {
        stack.awaitQuiet();
        long engine = stack.engine().process().cpuNanos();
        long envoy = stack.envoy().cpuNanos();
        long messages = stack.envoy().extProc("stream_msgs_sent");
        sendAll(prefix, STREAM, STREAMS);
        stack.awaitQuiet();
        return new Cost(
                (stack.engine().process().cpuNanos() - engine) / 1e6 / STREAMS,
                (stack.envoy().cpuNanos() - envoy) / 1e6 / STREAMS,
                (stack.envoy().extProc("stream_msgs_sent") - messages) / (double) STREAMS);
    }

    private static void sendAll(String prefix, TokenCase request, int times) throws InterruptedException {
        try (ExecutorService clients = Executors.newFixedThreadPool(AT_ONCE)) {
            Callable<Came> stream = () -> stack.send(at(prefix, request), "stream");
            for (Future<Came> came : clients.invokeAll(Collections.nCopies(times, stream))) {
                assertThat(came.resultNow().status()).isEqualTo(200);
            }
        }
    }
}
