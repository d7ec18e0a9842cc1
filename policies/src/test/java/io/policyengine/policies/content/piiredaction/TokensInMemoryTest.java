package io.policyengine.policies.content.piiredaction;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.callout.CalloutResponse;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.http.ResponseView;
import io.policyengine.core.policy.ExchangeEnd;
import io.policyengine.core.policy.PolicyFactory;
import io.policyengine.policies.ai.semanticcache.SemanticCacheFactory;
import io.policyengine.policies.traffic.cache.CacheFactory;
import io.policyengine.policies.traffic.idempotency.IdempotencyFactory;
import io.policyengine.testkit.policy.FakeEnvironment;
import io.policyengine.testkit.policy.PolicyTester;
import io.policyengine.testkit.policy.RequestRun;
import io.policyengine.testkit.policy.TestMessages;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** What happens to tokens beside policies that answer from memory. The finding tokens_in_memory rests on it. */
final class TokensInMemoryTest {
    private static final String TOKEN = ".*PII_EMAIL_[A-Z]{14}.*";
    private static final String SEMANTIC = "{ target: vectors, model: m, path: /v1/embeddings }";

    private final FakeEnvironment environment = new FakeEnvironment();
    private final PolicyTester tokens =
            PolicyTester.of(new PiiRedactionFactory(), "{ action: tokenize, restore: true }", environment);

    /** The order of the two entries in both flows. */
    private enum Order {
        TOKENS_FIRST,
        MEMORY_FIRST
    }

    /** A chain of two policies with an upstream that returns what it gets, each in the shape of its interface. */
    private final class Chain {
        private final PolicyTester memory;
        private final Order request;
        private final Order response;
        private final UnaryOperator<String> upstream;

        Chain(PolicyFactory<?> factory, String params, Order request, Order response, UnaryOperator<String> upstream) {
            this.memory = PolicyTester.of(factory, params, environment);
            this.request = request;
            this.response = response;
            this.upstream = upstream;
        }

        /** Returns what the client gets. */
        String send(RequestView sent) {
            boolean tokensFirst = request == Order.TOKENS_FIRST;
            RequestRun first = (tokensFirst ? tokens : memory).request(sent);
            if (first.isDenied()) {
                return first.denial().status() + " " + first.denial().body();
            }
            RequestRun second = (tokensFirst ? memory : tokens).request(first.request());
            if (second.isDenied()) {
                return second.denial().status() + " " + second.denial().body();
            }
            RequestRun ofTokens = tokensFirst ? first : second;
            RequestRun ofMemory = tokensFirst ? second : first;
            Buffer body = second.request().body();
            Buffer answer = Buffer.buffer(upstream.apply(body == null ? "" : body.toString()));
            Buffer received = response == Order.TOKENS_FIRST
                    ? passed(memory, ofMemory, passed(tokens, ofTokens, answer))
                    : passed(tokens, ofTokens, passed(memory, ofMemory, answer));
            environment.endExchange(new ExchangeEnd(ofMemory.exchangeId(), 200, false, null));
            environment.endExchange(new ExchangeEnd(ofTokens.exchangeId(), 200, false, null));
            return "200 " + received;
        }

        private static Buffer passed(PolicyTester tester, RequestRun before, Buffer body) {
            ResponseView response = TestMessages.response(
                    200, "content-type", "application/json", "cache-control", "max-age=60, public");
            return tester.responseChunks(response, before, List.of(body)).joined();
        }
    }

    private Chain idempotency(Order request, Order response) {
        return new Chain(new IdempotencyFactory(), "", request, response, UnaryOperator.identity());
    }

    private Chain semantic(Order request, Order response) {
        environment
                .useTarget("vectors")
                .answer(_ -> new CalloutResponse(
                        200, HeaderMap.empty(), Buffer.buffer("{\"data\": [{\"embedding\": [1, 2, 3]}]}")));
        return new Chain(
                new SemanticCacheFactory(),
                SEMANTIC,
                request,
                response,
                body -> "{\"choices\": [{\"index\": 0, \"finish_reason\": \"stop\", \"message\": {\"role\":"
                        + " \"assistant\", \"content\": \"" + body.replaceAll(".*content\": \"([^\"]*)\".*", "$1")
                        + "\"}}]}");
    }

    private static RequestView order(String body) {
        return TestMessages.get("/orders", "idempotency-key", "k1", "content-type", "application/json")
                .withMethod("POST")
                .withBody(Buffer.buffer(body));
    }

    private static RequestView chat(String text) {
        return TestMessages.get("/v1/chat/completions", "content-type", "application/json")
                .withMethod("POST")
                .withBody(Buffer.buffer(
                        "{\"model\": \"m\", \"messages\": [{\"role\": \"user\", \"content\": \"" + text + "\"}]}"));
    }

    @Test
    void behindTokensAKeyNeverRecognizesItsRequest() {
        Chain chain = idempotency(Order.TOKENS_FIRST, Order.TOKENS_FIRST);
        String body = "{\"mail\": \"bob@example.com\"}";

        assertThat(chain.send(order(body))).isEqualTo("200 " + body);

        assertThat(chain.send(order(body))).startsWith("422 ");
    }

    @Test
    void aResponseThatIsStoredBeforeItIsRestoredKeepsItsTokens() {
        Chain chain = idempotency(Order.MEMORY_FIRST, Order.MEMORY_FIRST);
        String body = "{\"mail\": \"bob@example.com\"}";

        assertThat(chain.send(order(body))).isEqualTo("200 " + body);

        assertThat(chain.send(order(body))).startsWith("200 ").matches(TOKEN);
    }

    @Test
    void inFrontOfTokensAKeyReplaysTheRestoredResponse() {
        Chain chain = idempotency(Order.MEMORY_FIRST, Order.TOKENS_FIRST);
        String body = "{\"mail\": \"bob@example.com\"}";

        assertThat(chain.send(order(body))).isEqualTo("200 " + body);

        assertThat(chain.send(order(body))).isEqualTo("200 " + body);
    }

    @Test
    void behindTokensASemanticCacheGivesTheContentOfAnotherPrompt() {
        Chain chain = semantic(Order.TOKENS_FIRST, Order.TOKENS_FIRST);
        chain.send(chat("write to bob@example.com"));

        assertThat(chain.send(chat("write to ann@example.com"))).contains("bob@example.com");
    }

    @Test
    void aPromptIsAnsweredWithDeadTokensIfTheyAreStored() {
        Chain chain = semantic(Order.MEMORY_FIRST, Order.MEMORY_FIRST);
        assertThat(chain.send(chat("write to bob@example.com"))).contains("bob@example.com");

        assertThat(chain.send(chat("write to bob@example.com"))).matches(TOKEN);
    }

    @Test
    void inFrontOfTokensAPromptIsAnsweredAsBefore() {
        Chain chain = semantic(Order.MEMORY_FIRST, Order.TOKENS_FIRST);
        chain.send(chat("write to bob@example.com"));

        assertThat(chain.send(chat("write to bob@example.com")))
                .contains("bob@example.com")
                .doesNotContain("PII_");
    }

    /** Hence the lint has nothing to report: {@code cache} leaves requests with a body alone. */
    @Test
    void whatACacheStoresHasNoTokensInAnyOrder() {
        for (Order request : Order.values()) {
            for (Order response : Order.values()) {
                Chain chain = new Chain(
                        new CacheFactory(),
                        "",
                        request,
                        response,
                        body -> "{\"got\": \"" + body.replace('"', '\'') + "\"}");
                RequestView plain = TestMessages.get("/news/" + request + response);
                RequestView withBody = plain.withBody(Buffer.buffer("bob@example.com"));

                assertThat(chain.send(withBody)).contains("bob@example.com");
                assertThat(chain.send(plain)).isEqualTo("200 {\"got\": \"\"}");
                assertThat(chain.send(plain)).isEqualTo("200 {\"got\": \"\"}");
                assertThat(chain.send(withBody)).contains("bob@example.com");
            }
        }
    }
}
