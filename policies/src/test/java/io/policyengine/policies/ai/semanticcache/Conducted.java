package io.policyengine.policies.ai.semanticcache;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.http.ResponseView;
import io.policyengine.core.instruction.AppendHeader;
import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.Cancellation;
import io.policyengine.core.policy.ChunkFilter;
import io.policyengine.core.policy.ChunkOutcome;
import io.policyengine.core.policy.ExchangeEnd;
import io.policyengine.core.policy.Identity;
import io.policyengine.core.policy.Metadata;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.policy.ResponseContext;
import io.policyengine.testkit.policy.FakeEnvironment;
import io.policyengine.testkit.policy.PolicyTester;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.StringNode;

/** Conducts exchanges through the entries of both flows, as the engine does. */
final class Conducted {
    static final String CHAT = "/v1/chat/completions";
    static final String QUESTION = "what is the capital of france";
    static final String SIMILAR = "the capital of france is what please";
    static final String OTHER = "how do i bake bread at home";

    final FakeEnvironment environment;
    final SemanticCachePolicy policy;
    private static final AtomicLong EXCHANGES = new AtomicLong();

    Conducted(String params) {
        this(params, new FakeEnvironment());
    }

    Conducted(String params, FakeEnvironment environment) {
        this.environment = environment;
        environment.useTarget("vectors").answer(WordVectors::answer);
        String all = "target: vectors\nmodel: words\nthreshold: 0.8\n" + params;
        this.policy = (SemanticCachePolicy)
                PolicyTester.of(new SemanticCacheFactory(), all, environment).policy();
    }

    /** The calls that the server of embeddings has had. */
    int asked() {
        return environment.useTarget("vectors").requests().size();
    }

    static String chat(String text) {
        return "{\"model\": \"m\", \"messages\": [{\"role\": \"user\", \"content\": \"" + text + "\"}]}";
    }

    static String answerOf(String text) {
        return "{\"choices\": [{\"index\": 0, \"finish_reason\": \"stop\", \"message\": {\"role\": \"assistant\", \"content\": \""
                + text + "\"}}]}";
    }

    Exchange chatOf(String consumer, String text) {
        return send(consumer, CHAT, chat(text));
    }

    Exchange send(String consumer, String path, String body, String... headers) {
        return new Exchange(consumer, path, body, headers);
    }

    /** The upstream answers a question so, and the client gets all of it. */
    void learn(String consumer, String text, String answer) {
        chatOf(consumer, text).answered(answerOf(answer));
    }

    final class Exchange {
        final Call call;
        final RequestView request;
        final Future<RequestOutcome> outcome;

        private Exchange(String consumer, String path, String body, String... headers) {
            this.call = new Call(
                    "id",
                    EXCHANGES.incrementAndGet(),
                    environment.ticker().nanoTime() + Duration.ofSeconds(10).toNanos(),
                    new Cancellation());
            HeaderMap.Builder all = HeaderMap.of(headers).toBuilder();
            if (!List.of(headers).contains("content-type")) {
                all.append("content-type", "application/json");
            }
            this.request = new RequestView(
                    "POST",
                    "https",
                    "models.example.com",
                    path,
                    all.build(),
                    "192.0.2.1",
                    Map.of(),
                    Buffer.buffer(body),
                    false);
            Metadata metadata = consumer.isEmpty()
                    ? Metadata.empty()
                    : Metadata.of(Map.of(
                            Identity.ID, StringNode.valueOf(consumer), Identity.METHOD, StringNode.valueOf("api_key")));
            this.outcome = policy.onRequest(new RequestContext(request, metadata, call));
        }

        boolean isHit() {
            return outcome.result() instanceof RequestOutcome.Respond;
        }

        ImmediateResponse answer() {
            return ((RequestOutcome.Respond) outcome.result()).response();
        }

        @Nullable
        String status() {
            return answer().headers().get("cache-status");
        }

        String told(String key) {
            return String.valueOf(
                    Metadata.empty().after(outcome.result().instructions()).text(key));
        }

        ResponseContext response(int status, HeaderMap headers, @Nullable Buffer body) {
            Metadata metadata = Metadata.empty().after(outcome.result().instructions());
            return new ResponseContext(
                    new ResponseView(status, headers, body), request.withBody(null), request, metadata, call);
        }

        /** What the client is told of an answer of the upstream. */
        String mark(int status, String... headers) {
            return mark(response(status, HeaderMap.of(headers), null));
        }

        String mark(ResponseContext context) {
            return policy.onResponse(context).result().instructions().stream()
                    .filter(AppendHeader.class::isInstance)
                    .map(each -> ((AppendHeader) each).value())
                    .findFirst()
                    .orElse("");
        }

        void answered(String body) {
            answered("application/json", List.of(body));
        }

        void answered(String type, List<String> chunks) {
            passed(type, chunks);
            end(200, false, null);
        }

        void answeredIn(String type, List<Buffer> chunks) {
            passedIn(type, chunks);
            end(200, false, null);
        }

        void passed(String type, List<String> chunks) {
            passedIn(type, chunks.stream().map(Buffer::buffer).toList());
        }

        private void passedIn(String type, List<Buffer> chunks) {
            ResponseContext context = response(200, HeaderMap.of("content-type", type), null);
            mark(context);
            ChunkFilter<ChunkOutcome> filter = policy.responseChunks(context);
            for (int i = 0; i < chunks.size() && !filter.equals(ChunkFilter.none()); i++) {
                assertThat(filter.onChunk(chunks.get(i), i == chunks.size() - 1).result())
                        .isEqualTo(ChunkOutcome.PASS);
            }
            filter.close();
        }

        void end(int status, boolean aborted, @Nullable String deniedBy) {
            environment.endExchange(new ExchangeEnd(call.exchangeId(), status, aborted, deniedBy));
        }
    }
}
