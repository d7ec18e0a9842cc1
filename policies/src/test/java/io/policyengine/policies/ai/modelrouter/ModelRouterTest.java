package io.policyengine.policies.ai.modelrouter;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.http.RequestView;
import io.policyengine.core.params.BoundParams;
import io.policyengine.core.params.ParamsBinder;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.EnvoyMetadata;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.work.TooMuchMemoryException;
import io.policyengine.policies.ai.modelaccess.ModelAccessFactory;
import io.policyengine.testkit.policy.AiFacts;
import io.policyengine.testkit.policy.PolicyTester;
import io.policyengine.testkit.policy.RequestRun;
import io.policyengine.testkit.policy.TestMessages;
import io.vertx.core.buffer.Buffer;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import tools.jackson.dataformat.yaml.YAMLMapper;

final class ModelRouterTest {
    private static final String BY_FIELD = "routes: [ { models: 'claude-*', header: { X-Provider: anthropic } } ]";
    private static final RequestView CHAT =
            TestMessages.get("/v1/chat/completions").withMethod("POST");

    @Test
    void routesByWhatEnvoyHasReadWithoutABody() {
        EnvoyMetadata envoy = EnvoyMetadata.builder()
                .typed(AiFacts.REQUEST_INFO, AiFacts.requestInfo(1, "claude-sonnet-4", true, 0, 10))
                .build();
        PolicyTester tester = tester(BY_FIELD).withEnvoy(envoy);

        RequestRun run = tester.request(CHAT);

        assertThat(run.request().headers().get("x-provider")).isEqualTo("anthropic");
        assertThat(run.request().body()).isNull();
        assertThat(run.metadata().text("model_router.model")).isEqualTo("claude-sonnet-4");
    }

    @Test
    void refusesABodyOfAnotherModelThanEnvoyHasRead() {
        EnvoyMetadata envoy = EnvoyMetadata.builder()
                .typed(AiFacts.REQUEST_INFO, AiFacts.requestInfo(1, "claude-sonnet-4", true, 0, 10))
                .build();
        RequestView other = CHAT.withBody(Buffer.buffer("{\"model\":\"gpt-4\"}"));

        assertThat(tester(BY_FIELD).withEnvoy(envoy).request(other).denial().status())
                .isEqualTo(400);
    }

    @Test
    void bodiesAreAskedForAndNotSparedWhereAModelMayBeReplaced() {
        String replacing = "aliases: { a: b }";

        assertThat(tester(replacing).bodyNeed(Phase.REQUEST)).isEqualTo(BodyNeed.BUFFERED);
        assertThat(facts(replacing)).isEmpty();
        assertThat(tester(BY_FIELD).bodyNeed(Phase.REQUEST)).isEqualTo(BodyNeed.BUFFERED);
        assertThat(facts(BY_FIELD)).containsExactly(AiFacts.REQUEST_INFO);
        assertThat(tester("{facts: envoy, " + BY_FIELD + "}").bodyNeed(Phase.REQUEST))
                .isEqualTo(BodyNeed.NONE);
    }

    @Test
    void whatIsRoutedIsWhatIsJudgedBehindIt() {
        PolicyTester router = tester("aliases: { fast: small, slow: large }");
        PolicyTester access = PolicyTester.of(new ModelAccessFactory(), "allow: small");

        RequestRun small = router.request(CHAT.withBody(Buffer.buffer("{\"model\":\"fast\"}")));
        RequestRun large = router.request(CHAT.withBody(Buffer.buffer("{\"model\":\"slow\"}")));

        assertThat(access.request(small.request(), small.metadata()).isDenied()).isFalse();
        assertThat(access.request(large.request(), large.metadata()).isDenied()).isTrue();
    }

    @Test
    void sharesAreAsLargeAsTheirWeights() {
        ModelRouterParams params = params(
                "routes: [ { split: [ { model: a, weight: 1 }, { model: b, weight: 0 }, { model: c, weight: 3 } ] } ]");
        Route route = Routes.of(params).routes().getFirst();
        SplittableRandom random = new SplittableRandom(5);

        long ofA = random.longs(10_000)
                .filter(any -> route.model(any).orElseThrow().equals("a"))
                .count();
        long ofB = random.longs(10_000)
                .filter(any -> route.model(any).orElseThrow().equals("b"))
                .count();

        assertThat(ofA).isBetween(2_300L, 2_700L);
        assertThat(ofB).isZero();
        assertThat(route.model(0)).hasValue("a");
        assertThat(route.model(-1)).hasValue("c");
    }

    @Test
    void aBodyForWhichThereIsNoMemoryIsRefused() {
        PolicyTester tester = tester("aliases: { a: b }");
        tester.environment().failBlocking(new TooMuchMemoryException(1, 0));
        Buffer large = Buffer.buffer("{\"model\":\"a\",\"x\":[" + "{},".repeat(5_000) + "{}]}");

        assertThat(tester.request(CHAT.withBody(large)).denial().status()).isEqualTo(413);
    }

    private static Set<String> facts(String params) {
        return new ModelRouterFactory().facts(params(params), Phase.REQUEST).metadataRead();
    }

    private static ModelRouterParams params(String yaml) {
        return ((BoundParams.Ok<ModelRouterParams>)
                        ParamsBinder.ofPolicy(ModelRouterParams.class).bind(new YAMLMapper().readTree(yaml)))
                .value();
    }

    private static PolicyTester tester(String params) {
        return PolicyTester.of(new ModelRouterFactory(), params);
    }
}
