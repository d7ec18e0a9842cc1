package io.policyengine.e2e.ai;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.e2e.harness.EachEnvoy;
import io.policyengine.e2e.harness.EngineProcess;
import io.policyengine.e2e.harness.EnvoyProcess;
import io.policyengine.e2e.harness.Eventually;
import io.policyengine.e2e.harness.Installation.EnvoyVersion;
import io.policyengine.e2e.harness.TestConf;
import io.policyengine.e2e.harness.Web;
import io.policyengine.testkit.provider.AnswerScript;
import io.policyengine.testkit.provider.AnswerScript.Ending;
import io.policyengine.testkit.provider.FakeProvider;
import io.policyengine.testkit.provider.ProviderApi;
import io.policyengine.testkit.redis.RedisServer;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;

/** {@code semanticCache} in two engines behind real Envoys, with answers in a real Redis; each Envoy has consumers of its own. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SemanticCacheIT {
    private static final String QUESTION = "what is the capital of france";
    private static final String SIMILAR = "the capital of france is what";
    private static final int LATER_PIECES = 12;
    private static final int MAX = 100;

    private final RedisServer redis = RedisServer.start();
    private final FakeProvider provider = FakeProvider.start();
    private final TestConf first = conf();
    private final TestConf second = conf();
    private final Map<EnvoyVersion, EnvoyProcess> envoys = new EnumMap<>(EnvoyVersion.class);
    private EngineProcess one;
    private EngineProcess other;
    private EnvoyProcess beside;

    private TestConf conf() {
        return TestConf.ofTests()
                .with("worker.yaml", """
                worker_core:
                  name: default-worker
                  socket_path: SOCKET
                  server: { policy_timeout_ms: 10000 }
                  observability: { metrics_port: 0 }
                  targets:
                    vectors: { url: "%s", timeout_ms: 5000 }
                  stores:
                    redis: { url: "%s", timeout_ms: 5000 }
                """.formatted(provider.url(), redis.url()))
                .with("routes/models.yaml", """
                route_policies:
                  - route_name: /*
                    request_flow:
                      policy_chain:
                        - policy: apiKeyAuth
                          params:
                            keys:
                              - { consumer: alice-36, plain: alice-V1_36 }
                              - { consumer: bob-36, plain: bob-V1_36 }
                              - { consumer: alice-40, plain: alice-V1_40 }
                              - { consumer: bob-40, plain: bob-V1_40 }
                        - policy: semanticCache
                          params: &cache
                            { target: vectors, path: /v1/embeddings, model: words, dimensions: 256, threshold: 0.9, store: redis }
                    response_flow: { policy_chain: [ { policy: semanticCache, params: *cache } ] }
                """);
    }

    @BeforeAll
    void start() {
        one = EngineProcess.embedded(first);
        other = EngineProcess.embedded(second);
        for (EnvoyVersion version : EnvoyVersion.repeated()) {
            envoys.put(version, EnvoyProcess.start(version, first.directory(), one.port(), provider.port()));
        }
        beside = EnvoyProcess.start(EnvoyVersion.V1_40, second.directory(), other.port(), provider.port());
        one.awaitReady();
        other.awaitReady();
    }

    @AfterAll
    void stop() {
        beside.close();
        envoys.values().forEach(EnvoyProcess::close);
        one.close();
        other.close();
        provider.close();
        redis.close();
        first.close();
        second.close();
    }

    private Web.Answer ask(int port, String key, ProviderApi api, boolean streamed, String text) {
        return Web.send(
                "POST",
                port,
                streamed ? api.streamPath() : api.path(),
                api.request(text, MAX, streamed),
                "Content-Type",
                "application/json",
                "X-API-Key",
                key);
    }

    private static boolean isHit(Web.Answer answer) {
        return String.valueOf(answer.header("cache-status")).startsWith("policy-engine-semantic; hit");
    }

    @ParameterizedTest
    @EachEnvoy
    void aHitIsWhatTheMissWasInWhicheverEngineAndForNobodyElse(EnvoyVersion version) {
        int port = Objects.requireNonNull(envoys.get(version)).port();
        String alice = "alice-" + version.name();
        for (ProviderApi api : ProviderApi.values()) {
            for (boolean streamed : new boolean[] {false, true}) {
                provider.answer(AnswerScript.HONEST.withCut(7));
                Web.Answer miss = ask(port, alice, api, streamed, QUESTION);
                Eventually.isTrue("the answer is kept", () -> isHit(ask(port, alice, api, streamed, QUESTION)));
                provider.answer(AnswerScript.HONEST.withPieces(LATER_PIECES));

                Web.Answer hit = ask(port, alice, api, streamed, SIMILAR);
                Web.Answer elsewhere = ask(beside.port(), alice, api, streamed, SIMILAR);

                assertThat(isHit(hit)).as("%s, streamed: %s", api, streamed).isTrue();
                assertThat(hit.body()).isEqualTo(miss.body());
                assertThat(hit.header("content-type")).isEqualTo(miss.header("content-type"));
                assertThat(isHit(elsewhere))
                        .as("%s, streamed: %s", api, streamed)
                        .isTrue();
                assertThat(elsewhere.body()).isEqualTo(miss.body());
                assertThat(isHit(ask(port, "bob-" + version.name(), api, streamed, QUESTION)))
                        .isFalse();
            }
        }
    }

    @ParameterizedTest
    @EachEnvoy
    void anAnswerThatBreaksOffOrIsDroppedIsGivenToNobody(EnvoyVersion version) {
        int port = Objects.requireNonNull(envoys.get(version)).port();
        for (Ending ending : new Ending[] {Ending.TRUNCATED, Ending.ERROR}) {
            provider.answer(AnswerScript.HONEST.withEnd(ending));
            for (int i = 0; i < 3; i++) {
                Web.Answer answer = ask(
                        port,
                        "alice-" + version.name(),
                        ProviderApi.OPENAI_CHAT,
                        true,
                        "who wrote the odyssey in " + ending.name().toLowerCase(java.util.Locale.ROOT));
                assertThat(isHit(answer)).as("%s", ending).isFalse();
            }
        }
    }
}
