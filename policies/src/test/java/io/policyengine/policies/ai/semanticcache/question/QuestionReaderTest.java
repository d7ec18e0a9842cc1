package io.policyengine.policies.ai.semanticcache.question;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.Cancellation;
import io.policyengine.core.policy.Identity;
import io.policyengine.core.policy.Metadata;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.policies.ai.shared.modelapi.ApiShape;
import io.policyengine.testkit.policy.FakeEnvironment;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.StringNode;

final class QuestionReaderTest {
    private static final String CHAT = "/v1/chat/completions";

    private final FakeEnvironment environment = new FakeEnvironment();
    private final QuestionReader reader = reader("m", false, 10);

    private QuestionReader reader(String vectors, boolean shared, int maxTextBytes) {
        return new QuestionReader(
                new QuestionReader.Rules(vectors, "", shared, null, true, maxTextBytes),
                new Fitness(null, false, true, shared),
                environment);
    }

    private static RequestContext context(String path, String body, String... headers) {
        return context(path, body, "192.0.2.1", Metadata.empty(), headers);
    }

    private static RequestContext context(
            String path, String body, String client, Metadata metadata, String... headers) {
        HeaderMap all = HeaderMap.of(headers).toBuilder()
                .append("content-type", "application/json")
                .build();
        RequestView request = new RequestView(
                "POST", "https", "example.com", path, all, client, Map.of(), Buffer.buffer(body), false);
        return new RequestContext(request, metadata, new Call("id", 1, Long.MAX_VALUE, new Cancellation()));
    }

    private ModelQuestion read(String path, String body, String... headers) {
        return reader.read(context(path, body, headers)).result();
    }

    private static String chat(String content) {
        return "{\"messages\": [{\"role\": \"user\", \"content\": " + content + "}]}";
    }

    @Test
    void aTextHasItsBytes() {
        assertThat(read(CHAT, chat("\"1234567890\"")).text()).isEqualTo("1234567890");
        Future<ModelQuestion> longer = reader.read(context(CHAT, chat("\"123456789\u00e9\"")));

        assertThat(longer.cause())
                .isInstanceOfSatisfying(
                        UnfitRequestException.class,
                        unfit -> assertThat(unfit.reason()).isEqualTo("too-long"));
    }

    @Test
    void theTextAloneIsNoPartOfThePartition() {
        ModelQuestion one = read(CHAT, chat("\"one\""));
        ModelQuestion two = read(CHAT, chat("\"two\""));

        assertThat(one.partition()).isEqualTo(two.partition());
        assertThat(one.id()).isNotEqualTo(two.id());
    }

    @Test
    void whatAnAnswerPassesBeforeItIsStoredIs() {
        ModelQuestion before = read(CHAT, chat("\"one\""));
        ModelQuestion same = read(CHAT, chat("\"one\""));

        environment.setPassedDigest("a mask");
        ModelQuestion after = read(CHAT, chat("\"one\""));

        assertThat(same.partition()).isEqualTo(before.partition());
        assertThat(after.partition()).isNotEqualTo(before.partition());
        assertThat(after.id()).isEqualTo(before.id());
    }

    @Test
    void whatElsePartsSayIs() {
        ModelQuestion one = read(CHAT, chat("[{\"type\": \"text\", \"text\": \"one\"}]"));
        ModelQuestion two = read(CHAT, chat("[{\"type\": \"text\", \"text\": \"two\"}]"));
        ModelQuestion plain = read(CHAT, chat("\"one\""));
        ModelQuestion marked = read(CHAT, chat("[{\"type\": \"text\", \"text\": \"one\", \"cache_control\": {}}]"));
        ModelQuestion both =
                read(CHAT, chat("[{\"type\": \"text\", \"text\": \"o\"}, {\"type\": \"text\", \"text\": \"ne\"}]"));

        assertThat(one.partition()).isEqualTo(two.partition());
        assertThat(one.partition())
                .isNotEqualTo(plain.partition())
                .isNotEqualTo(marked.partition())
                .isNotEqualTo(both.partition());
        assertThat(both.text()).isEqualTo("o\nne");
    }

    @Test
    void eachShapeHasItsLastMessage() {
        assertThat(read("/v1/responses", "{\"input\": \"one\"}").text()).isEqualTo("one");
        assertThat(read("/v1/messages", chat("[{\"type\": \"text\", \"text\": \"one\"}]")))
                .returns(ApiShape.ANTHROPIC, ModelQuestion::shape)
                .returns("one", ModelQuestion::text);
        assertThat(read(
                        "/v1beta/models/g:streamGenerateContent",
                        "{\"contents\": [{\"parts\": [{\"text\": \"one\"}]}]}"))
                .returns(ApiShape.GEMINI, ModelQuestion::shape)
                .returns(true, ModelQuestion::streams);
        assertThat(read("/model/n/converse-stream", chat("[{\"text\": \"one\"}]")))
                .returns(ApiShape.BEDROCK, ModelQuestion::shape)
                .returns(true, ModelQuestion::streams);
    }

    @Test
    void aPathThatSaysAnotherShapeIsAnotherPartition() {
        String body = chat("[{\"type\": \"text\", \"text\": \"one\"}]");

        assertThat(read("/v1/messages", body).partition())
                .isNotEqualTo(read(CHAT, body).partition());
    }

    @Test
    void fieldsThatChooseAnAccountOrAVersionArePartOfThePartition() {
        ModelQuestion plain = read(CHAT, chat("\"one\""));
        for (String name : new String[] {"openai-organization", "anthropic-version", "x-api-key", "cookie", "accept"}) {
            assertThat(read(CHAT, chat("\"one\""), name, "a").partition())
                    .as(name)
                    .isNotEqualTo(plain.partition())
                    .isNotEqualTo(read(CHAT, chat("\"one\""), name, "b").partition());
        }
        assertThat(read(CHAT, chat("\"one\""), "x-request-id", "a").partition()).isEqualTo(plain.partition());
    }

    @Test
    void clientsWithoutIdentityAreToldApartByAddressUnlessAllShare() {
        RequestContext one = context(CHAT, chat("\"one\""), "192.0.2.1", Metadata.empty());
        RequestContext other = context(CHAT, chat("\"one\""), "192.0.2.2", Metadata.empty());
        RequestContext known = context(
                CHAT,
                chat("\"one\""),
                "192.0.2.2",
                Metadata.of(Map.of(Identity.ID, StringNode.valueOf("ann"))),
                "authorization",
                "Bearer a");
        QuestionReader forAll = reader("m", true, 10);

        assertThat(reader.read(one).result().partition())
                .isNotEqualTo(reader.read(other).result().partition())
                .isNotEqualTo(reader.read(known).result().partition());
        assertThat(forAll.read(one).result().partition())
                .isEqualTo(forAll.read(other).result().partition())
                .isEqualTo(forAll.read(known).result().partition());
    }

    @Test
    void vectorsOfTwoModelsAreTwoPartitions() {
        assertThat(reader("n", false, 10)
                        .read(context(CHAT, chat("\"one\"")))
                        .result()
                        .partition())
                .isNotEqualTo(read(CHAT, chat("\"one\"")).partition());
    }

    @Test
    void nothingOfTheTextIsShown() {
        assertThat(read(CHAT, chat("\"one\""))).asString().doesNotContain("one");
    }
}
