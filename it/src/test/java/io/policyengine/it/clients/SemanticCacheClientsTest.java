package io.policyengine.it.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.policyengine.it.engine.FrontedEngine;
import io.policyengine.testkit.envoy.SimResponse;
import io.policyengine.testkit.provider.AnswerScript;
import io.policyengine.testkit.provider.FakeProvider;
import io.policyengine.testkit.provider.ProviderApi;
import io.policyengine.testkit.time.Await;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code semanticCache} in a kernel, before a provider in five shapes: a hit is to a client what a miss was. */
class SemanticCacheClientsTest {
    private static final String PACKAGES = "POLICY_ENGINE_NODE_PACKAGES";
    private static final String QUESTION = "what is the capital of france";
    private static final String SIMILAR = "the capital of france is what";
    private static final int MAX = 100;
    private static final int LATER_PIECES = 12;

    @TempDir
    Path directory;

    private final FakeProvider provider = FakeProvider.start();
    private FrontedEngine engine;

    @BeforeEach
    void start() {
        engine = new FrontedEngine(directory, """
                route_policies:
                  - route_name: /models
                    request_flow:
                      policy_chain:
                        - policy: semanticCache
                          params: &cache { url: "%s/v1/embeddings", model: words, dimensions: 256, threshold: 0.9 }
                    response_flow: { policy_chain: [ { policy: semanticCache, params: *cache } ] }
                """.formatted(provider.url()), "/models", provider.port());
    }

    @AfterEach
    void stop() {
        engine.close();
        provider.close();
    }

    private SimResponse ask(ProviderApi api, boolean streamed, String text) {
        return engine.post(streamed ? api.streamPath() : api.path(), api.request(text, MAX, streamed));
    }

    private static boolean isHit(SimResponse response) {
        return String.valueOf(response.header("cache-status")).startsWith("policy-engine-semantic; hit");
    }

    @ParameterizedTest
    @EnumSource
    void aHitIsWhatTheMissWas(ProviderApi api) {
        for (boolean streamed : new boolean[] {false, true}) {
            provider.answer(AnswerScript.HONEST.withCut(7));
            SimResponse miss = ask(api, streamed, QUESTION);
            assertThat(isHit(miss)).isFalse();
            Await.until("the answer is kept", () -> isHit(ask(api, streamed, QUESTION)));
            provider.answer(AnswerScript.HONEST.withPieces(LATER_PIECES));

            SimResponse similar = ask(api, streamed, SIMILAR);

            assertThat(isHit(similar)).as("%s, streamed: %s", api, streamed).isTrue();
            assertThat(similar.status()).isEqualTo(200);
            assertThat(similar.bodyBytes()).isEqualTo(miss.bodyBytes());
            assertThat(similar.header("content-type")).isEqualTo(miss.header("content-type"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void anAnswerThatIsNotWholeIsGivenToNobody(ProviderApi api) {
        for (AnswerScript.Ending ending :
                new AnswerScript.Ending[] {AnswerScript.Ending.TRUNCATED, AnswerScript.Ending.ERROR}) {
            provider.answer(AnswerScript.HONEST.withEnd(ending));
            for (int i = 0; i < 3; i++) {
                assertThat(isHit(ask(api, true, QUESTION)))
                        .as("%s, %s", api, ending)
                        .isFalse();
            }
        }
    }

    @Test
    void theLibrariesReadFromAHitWhatTheyHaveReadFromTheMiss() {
        String packages = System.getenv(PACKAGES);
        assumeTrue(
                packages != null || Boolean.parseBoolean(System.getenv("CI")),
                PACKAGES + " is not set: scripts/node-packages prints its value");

        JsonNode misses = read(packages, QUESTION);
        Await.until("all answers are kept", () -> areHits(read(packages, QUESTION)));
        provider.answer(AnswerScript.HONEST.withPieces(LATER_PIECES));
        JsonNode same = read(packages, QUESTION);
        JsonNode similar = read(packages, SIMILAR);

        assertThat(misses).hasSize(6);
        for (int i = 0; i < misses.size(); i++) {
            JsonNode miss = misses.get(i);
            assertThat(miss.path("status").asString("")).startsWith("policy-engine-semantic; fwd=miss");
            assertThat(miss.path("read")).isNotEmpty();
            assertThat(same.get(i).path("status").asString("")).startsWith("policy-engine-semantic; hit");
            assertThat(same.get(i).path("read")).isEqualTo(miss.path("read"));
            assertThat(similar.get(i).path("status").asString("")).endsWith("; detail=similar");
            assertThat(similar.get(i).path("read")).isEqualTo(miss.path("read"));
        }
    }

    private static boolean areHits(JsonNode told) {
        return told.valueStream()
                .allMatch(each -> each.path("status").asString("").startsWith("policy-engine-semantic; hit"));
    }

    /** The things that the libraries have read, one for each of their interfaces. */
    private JsonNode read(@Nullable String packages, String question) {
        ProcessBuilder builder = new ProcessBuilder("node", "src/test/node/read-answers.mjs", engine.url(), question)
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().put(PACKAGES, Objects.requireNonNull(packages, PACKAGES));
        try {
            Process node = builder.start();
            try {
                String output = new String(node.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                assertThat(node.waitFor()).isZero();
                return new JsonMapper().readTree(output);
            } finally {
                node.destroyForcibly();
            }
        } catch (IOException | InterruptedException broken) {
            throw new IllegalStateException("node cannot be run", broken);
        }
    }
}
