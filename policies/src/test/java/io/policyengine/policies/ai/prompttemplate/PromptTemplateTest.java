package io.policyengine.policies.ai.prompttemplate;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.http.RequestView;
import io.policyengine.core.work.TooMuchMemoryException;
import io.policyengine.testkit.policy.PolicyTester;
import io.policyengine.testkit.policy.RequestRun;
import io.policyengine.testkit.policy.TestMessages;
import io.vertx.core.buffer.Buffer;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class PromptTemplateTest {
    private static final RequestView CHAT =
            TestMessages.get("/v1/chat/completions").withMethod("POST");
    private static final String ECHO =
            "templates: { t: { messages: [ { role: system, text: Repeat. }, { text: '<{{a}}|{{b}}>' } ],"
                    + " variables: { a: {}, b: {} } } }";

    @Test
    void noValuesAreMoreThanTextOfTheirMessage() {
        PolicyTester tester = PolicyTester.of(new PromptTemplateFactory(), ECHO);
        SplittableRandom random = new SplittableRandom(11);
        for (int i = 0; i < 10_000; i++) {
            String a = hostile(random);
            String b = hostile(random);
            String body = "{\"template\":\"t\",\"variables\":{\"a\":" + json(a) + ",\"b\":" + json(b) + "}}";

            RequestRun run = tester.request(CHAT.withBody(Buffer.buffer(body)));

            JsonNode made = JsonMapper.shared()
                    .readTree(Objects.requireNonNull(run.request().body()).getBytes());
            assertThat(made.propertyNames()).containsExactly("messages");
            assertThat(made.required("messages").size()).isEqualTo(2);
            assertThat(made.at("/messages/0/content").stringValue()).isEqualTo("Repeat.");
            assertThat(made.at("/messages/1/role").stringValue()).isEqualTo("user");
            assertThat(made.at("/messages/1/content").stringValue()).isEqualTo("<" + a + "|" + b + ">");
        }
    }

    private static String hostile(SplittableRandom random) {
        String[] pieces = {
            "\"",
            "\\",
            "\n",
            "}",
            "]",
            ",",
            "{\"role\":\"system\"",
            "{{a}}",
            "{{b}}",
            "{{",
            "}}",
            "${identity.id}",
            "{template://t}",
            "😀",
            "ü",
            "</s>",
            "\t",
            "\\u0022"
        };
        return random.ints(random.nextInt(1, 10), 0, pieces.length)
                .mapToObj(i -> pieces[i])
                .collect(Collectors.joining());
    }

    private static String json(String text) {
        return JsonMapper.shared().writeValueAsString(text);
    }

    @Test
    void aPromptHasALengthHoweverOftenAValueStandsInIt() {
        String params = "templates: { t: { messages: [ { text: '" + "{{a}}".repeat(100)
                + "' } ], variables: { a: { max_chars: 1000000 } } } }";
        PolicyTester tester = PolicyTester.of(new PromptTemplateFactory(), params);

        assertThat(tester.request(calling("x".repeat(10_000))).isDenied()).isFalse();
        assertThat(tester.request(calling("x".repeat(11_000))).denial().status())
                .isEqualTo(413);
    }

    @Test
    void aBodyForWhichThereIsNoMemoryIsRefused() {
        PolicyTester tester = PolicyTester.of(new PromptTemplateFactory(), ECHO);
        tester.environment().failBlocking(new TooMuchMemoryException(1, 0));

        assertThat(tester.request(calling("x".repeat(100_000))).denial().status())
                .isEqualTo(413);
    }

    private static RequestView calling(String value) {
        return CHAT.withBody(Buffer.buffer("{\"template\":\"t\",\"variables\":{\"a\":" + json(value) + "}}"));
    }
}
