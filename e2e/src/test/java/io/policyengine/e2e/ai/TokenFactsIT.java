package io.policyengine.e2e.ai;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.e2e.harness.Installation.EnvoyVersion;
import io.policyengine.testkit.provider.ProviderApi;
import io.policyengine.testkit.provider.Script;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Budgets of tokens by what Envoy itself knows of an exchange: messages between Envoy and the engine, exact counts, and processor time of a stream of
 * 200 events beside the same with the body, and without a budget. Prints the times.
 */
@Tag("alone")
class TokenFactsIT {
    private static final int EVENTS = 200;
    private static final int STREAMS = 20;
    /** Of which the last is told: those before warm the engine up. */
    private static final int ROUNDS = 3;

    /** Request headers, response headers, for the status, and the trailers that Envoy makes. */
    private static final int MESSAGES = 3;

    private static final Set<ProviderApi> KNOWN_TO_ENVOY = EnumSet.of(
            ProviderApi.OPENAI_CHAT, ProviderApi.OPENAI_RESPONSES, ProviderApi.ANTHROPIC, ProviderApi.GEMINI);

    private static final TokenCase STREAM = TokenCase.of("a stream", ProviderApi.OPENAI_CHAT, true)
            .replacing("\"max_completion_tokens\":" + TokenCase.MAX_OUTPUT, "\"max_completion_tokens\":1000")
            .answered(Script.HONEST.withPieces(EVENTS).withPause(Duration.ofMillis(1)));

    /** What one stream cost, in milliseconds of processor time. */
    private record Cost(double engine, double envoy, double messages) {
        @Override
        public String toString() {
            return "engine %.2f ms, Envoy %.2f ms, %.1f messages".formatted(engine, envoy, messages);
        }
    }

    @Test
    void aStreamCostsAFewMessages() {
        try (BudgetStack none = BudgetStack.withoutBudget(EnvoyVersion.V1_40);
                BudgetStack facts = BudgetStack.start(EnvoyVersion.V1_40, "facts: envoy, headers: false");
                BudgetStack body = BudgetStack.start(EnvoyVersion.V1_40, "facts: body, headers: false")) {
            for (int round = 1; round <= ROUNDS; round++) {
                Cost withNone = cost(none);
                Cost withFacts = cost(facts);
                Cost withBody = cost(body);
                assertThat(withFacts.messages()).isEqualTo(MESSAGES);
                if (round == ROUNDS) {
                    System.out.printf(
                            "%na stream of %d events%nwithout a budget: %s%nby Envoy's facts: %s%nby the body: %s%n",
                            EVENTS, withNone, withFacts, withBody);
                }
            }
        }
    }

    @Test
    void whatEnvoyTellsIsExact() {
        try (BudgetStack facts = BudgetStack.start(EnvoyVersion.V1_40, "facts: envoy")) {
            for (ProviderApi api : KNOWN_TO_ENVOY) {
                for (int cut : new int[] {0, 1, 7, 64, 4_096}) {
                    TokenCase request =
                            TokenCase.of(api + " cut every " + cut, api, true).answered(Script.HONEST.withCut(cut));
                    String key = api + "-" + cut;

                    facts.send(request, key);
                    long billed = facts.billed(key);

                    assertThat(charged(facts, key)).as("%s", request).isEqualTo(billed);
                }
            }
        }
    }

    private static Cost cost(BudgetStack stack) {
        stack.awaitQuiet();
        long engine = stack.engine().process().cpuNanos();
        long envoy = stack.envoy().cpuNanos();
        long messages = stack.envoy().extProc("stream_msgs_sent");
        for (int i = 0; i < STREAMS; i++) {
            stack.send(STREAM, "stream");
        }
        stack.awaitQuiet();
        return new Cost(
                (stack.engine().process().cpuNanos() - engine) / 1e6 / STREAMS,
                (stack.envoy().cpuNanos() - envoy) / 1e6 / STREAMS,
                (stack.envoy().extProc("stream_msgs_sent") - messages) / (double) STREAMS);
    }

    private static long charged(BudgetStack stack, String key) {
        stack.awaitQuiet();
        return stack.remaining("fresh for " + key) - stack.remaining(key);
    }
}
