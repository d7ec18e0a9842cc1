package io.policyengine.policies.ai.modelaccess;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.http.RequestView;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.EnvoyMetadata;
import io.policyengine.core.policy.Metadata;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.work.TooMuchMemoryException;
import io.policyengine.testkit.policy.AiFacts;
import io.policyengine.testkit.policy.PolicyTester;
import io.policyengine.testkit.policy.RequestRun;
import io.policyengine.testkit.policy.TestMessages;
import io.vertx.core.buffer.Buffer;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.JsonNodeFactory;

final class ModelAccessTest {
    private static final String CHAT = "/v1/chat/completions";

    @ParameterizedTest
    @CsvSource({
        "small, , 200",
        "large, , 403",
        "'', , 403",
        "small, small, 200",
        "small, large, 400",
        "large, small, 400",
        "'', small, 200",
        "'', large, 403"
    })
    void whatEnvoyHasReadCountsAndMustNotBeOtherThanTheBody(String envoys, @Nullable String body, int status) {
        PolicyTester tester = tester("{allow: small, facts: auto}").withEnvoy(envoy(envoys));

        RequestRun run = tester.request(request(CHAT, body == null ? null : "{\"model\":\"" + body + "\"}"));

        assertThat(status(run)).isEqualTo(status);
    }

    @ParameterizedTest
    @CsvSource({
        "gemini-flash, 200",
        "models/gemini-flash, 200",
        "projects/p/locations/l/publishers/google/models/gemini-flash, 200",
        "gemini-pro, 400",
        "models/gemini-pro, 400",
        "'', 200"
    })
    void aResourceNameIsTheModelInThePath(String envoys, int status) {
        PolicyTester tester = tester("{allow: gemini-flash, facts: auto}").withEnvoy(envoy(envoys));

        assertThat(status(tester.request(request("/v1beta/models/gemini-flash:generateContent", null))))
                .isEqualTo(status);
    }

    @Test
    void whatEnvoyHasReadDoesNotCountWhereTheBodyIsToBeRead() {
        PolicyTester tester = tester("{allow: small, facts: body}").withEnvoy(envoy("small"));

        assertThat(status(tester.request(request(CHAT, null)))).isEqualTo(403);
        assertThat(status(tester.request(request(CHAT, "{\"model\":\"large\"}"))))
                .isEqualTo(403);
    }

    @Test
    void aMessageThatIsNoneTellsNothing() {
        EnvoyMetadata broken = EnvoyMetadata.builder()
                .typed(
                        AiFacts.REQUEST_INFO,
                        new EnvoyMetadata.Typed(
                                "type.googleapis.com/envoy.data.ai.v3.RequestInfo", Buffer.buffer("\u0012\u007fsmall")))
                .build();

        assertThat(status(tester("allow: '*'").withEnvoy(broken).request(request(CHAT, null))))
                .isEqualTo(403);
    }

    @Test
    void theModelThatARouterHasWrittenCountsInPlaceOfWhatEnvoyHasRead() {
        Metadata routed = Metadata.of(Map.of("model_router.model", JsonNodeFactory.instance.stringNode("small")));
        PolicyTester tester = tester("{allow: small, facts: auto}").withEnvoy(envoy("fast"));

        assertThat(status(tester.request(request(CHAT, null), routed))).isEqualTo(200);
        assertThat(status(tester.request(request(CHAT, "{\"model\":\"small\"}"), routed)))
                .isEqualTo(200);
        assertThat(status(tester.request(request(CHAT, "{\"model\":\"large\"}"), routed)))
                .isEqualTo(403);
    }

    @Test
    void bodiesAreAskedForWhereEnvoyIsNotTrustedAlone() {
        assertThat(tester("allow: m").bodyNeed(Phase.REQUEST)).isEqualTo(BodyNeed.BUFFERED);
        assertThat(tester("{allow: m, facts: body}").bodyNeed(Phase.REQUEST)).isEqualTo(BodyNeed.BUFFERED);
        assertThat(tester("{allow: m, facts: envoy}").bodyNeed(Phase.REQUEST)).isEqualTo(BodyNeed.NONE);
    }

    @Test
    void aLargeBodyIsReadBesideTheEventLoop() {
        PolicyTester tester = tester("allow: small");

        RequestRun run = tester.request(request(CHAT, large()));

        assertThat(status(run)).isEqualTo(200);
        assertThat(tester.environment().declared()).hasSize(1);
    }

    @Test
    void aBodyForWhichThereIsNoMemoryIsRefused() {
        PolicyTester tester = tester("allow: small");
        tester.environment().failBlocking(new TooMuchMemoryException(1, 0));

        assertThat(status(tester.request(request(CHAT, large())))).isEqualTo(413);
    }

    private static String large() {
        return "{\"model\":\"small\",\"x\":[" + "{},".repeat(5_000) + "{}]}";
    }

    private static int status(RequestRun run) {
        return run.isDenied() ? run.denial().status() : 200;
    }

    private static PolicyTester tester(String params) {
        return PolicyTester.of(new ModelAccessFactory(), params);
    }

    private static EnvoyMetadata envoy(String model) {
        return EnvoyMetadata.builder()
                .typed(AiFacts.REQUEST_INFO, AiFacts.requestInfo(1, model, false, 0, 10))
                .build();
    }

    private static RequestView request(String path, @Nullable String body) {
        RequestView request = TestMessages.get(path).withMethod("POST");
        return body == null ? request : request.withBody(Buffer.buffer(body));
    }
}
