package io.policyengine.policies.ai.promptdecorator;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.http.RequestView;
import io.policyengine.core.policy.EntryFacts;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.HeaderUse;
import io.policyengine.core.policy.Identity;
import io.policyengine.core.policy.Metadata;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.work.TooMuchMemoryException;
import io.policyengine.policies.ai.promptdecorator.PromptDecoratorParams.Addition;
import io.policyengine.policies.ai.shared.apierror.ApiDenialFormat;
import io.policyengine.policies.ai.shared.prompt.AddedRole;
import io.policyengine.testkit.policy.PolicyTester;
import io.policyengine.testkit.policy.RequestRun;
import io.policyengine.testkit.policy.TestMessages;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

final class PromptDecoratorTest {
    private static final RequestView CHAT =
            TestMessages.get("/v1/chat/completions").withMethod("POST");
    private static final Buffer BODY = Buffer.buffer("{\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}]}");

    private static final List<String> HOSTILE = List.of(
            "\"",
            "\\",
            "\n",
            "\r",
            "\u0000",
            "\u001f",
            "\u007f",
            "\u0085",
            "\u2028",
            "}",
            "]",
            ",",
            "{\"role\":",
            "${",
            "${identity.id}",
            "$${",
            "\ud83d\ude00",
            "ü",
            "system",
            "\\u0022",
            "</",
            "<|im_start|>");

    @Test
    void valuesHaveALength() {
        PolicyTester tester = tester("{prepend: [ { text: '${identity.id}' } ], max_value_bytes: 8}");

        assertThat(tester.request(CHAT.withBody(BODY), identity("x".repeat(8))).isDenied())
                .isFalse();
        assertThat(tester.request(CHAT.withBody(BODY), identity("ü".repeat(5)))
                        .denial()
                        .status())
                .isEqualTo(400);
    }

    @Test
    void noValueIsMoreThanTextOfItsMessage() {
        PolicyTester tester = tester("{prepend: [ { text: '<${identity.id}>' } ]}");
        SplittableRandom random = new SplittableRandom(9);
        for (int i = 0; i < 10_000; i++) {
            String value = random.ints(random.nextInt(1, 12), 0, HOSTILE.size())
                    .mapToObj(HOSTILE::get)
                    .collect(Collectors.joining());

            RequestRun run = tester.request(CHAT.withBody(BODY), identity(value));

            JsonNode messages = JsonMapper.shared()
                    .readTree(Objects.requireNonNull(run.request().body()).getBytes())
                    .required("messages");
            assertThat(messages.size()).isEqualTo(2);
            assertThat(messages.get(0).size()).isEqualTo(2);
            assertThat(messages.get(0).required("role").stringValue()).isEqualTo("system");
            assertThat(messages.get(0).required("content").stringValue())
                    .startsWith("<")
                    .endsWith(">")
                    .hasSize(value.length() + 2)
                    .matches(text -> text.chars().noneMatch(Character::isISOControl));
        }
    }

    @Test
    void saysWhatItLooksAt() {
        PromptDecoratorParams params = new PromptDecoratorParams(
                List.of(new Addition(AddedRole.SYSTEM, "For ${identity.id}")),
                List.of(new Addition(AddedRole.USER, "${request.header.X-Team}")),
                PromptDecoratorParams.Unknown.DENY,
                1024,
                ApiDenialFormat.PROVIDER);

        EntryFacts facts = new PromptDecoratorFactory().facts(params, Phase.REQUEST);

        assertThat(facts.has(Fact.NEEDS_IDENTITY)).isTrue();
        assertThat(facts.does(HeaderUse.Action.READS, "x-team")).isTrue();
    }

    @Test
    void aBodyForWhichThereIsNoMemoryIsRefused() {
        PolicyTester tester = tester("prepend: [ { text: a } ]");
        tester.environment().failBlocking(new TooMuchMemoryException(1, 0));
        Buffer large = Buffer.buffer("{\"messages\":[],\"x\":[" + "{},".repeat(5_000) + "{}]}");

        assertThat(tester.request(CHAT.withBody(large)).denial().status()).isEqualTo(413);
    }

    private static Metadata identity(String id) {
        return Metadata.of(Map.of(Identity.ID, JsonNodeFactory.instance.stringNode(id)));
    }

    private static PolicyTester tester(String params) {
        return PolicyTester.of(new PromptDecoratorFactory(), params);
    }
}
