package io.policyengine.policies.ai.shared.prompt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.policyengine.core.http.RequestView;
import io.policyengine.policies.ai.shared.modelapi.ApiShape;
import io.policyengine.policies.format.json.JsonPart;
import io.policyengine.testkit.policy.TestMessages;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PromptTest {
    private static final String CHAT = "/v1/chat/completions";
    private static final String RESPONSES = "/v1/responses";
    private static final String MESSAGES = "/v1/messages";
    private static final String GEMINI = "/v1beta/models/gemini-2.5-pro:generateContent";

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            /v1/chat/completions | {"model":"m","messages":[{"role":"system","content":"be kind"},{"role":"user","content":[{"type":"text","text":"hello"}]},{"role":"assistant","content":"hi"}]}
            /v1/chat/completions | {"messages":[{"role":"developer","content":"be kind"},{"role":"user","content":"hello"},{"role":"assistant","content":"hi"}]}
            /v1/responses | {"instructions":"be kind","input":[{"role":"user","content":[{"type":"input_text","text":"hello"}]},{"type":"message","role":"assistant","content":[{"type":"output_text","text":"hi"}]}]}
            /v1/messages | {"system":"be kind","messages":[{"role":"user","content":"hello"},{"role":"assistant","content":[{"type":"text","text":"hi"}]}]}
            /v1/messages | {"messages":[{"role":"user","content":"hello"},{"role":"assistant","content":"hi"}],"system":[{"type":"text","text":"be kind"}]}
            /v1/models/m:generateContent | {"systemInstruction":{"parts":[{"text":"be kind"}]},"contents":[{"parts":[{"text":"hello"}]},{"role":"model","parts":[{"text":"hi"}]}]}
            /v1/models/m:generateContent | {"system_instruction":{"parts":[{"text":"be kind"}]},"contents":[{"role":"user","parts":[{"text":"hello"}]},{"role":"model","parts":[{"text":"hi"}]}]}
            /model/m/converse | {"system":[{"text":"be kind"}],"messages":[{"role":"user","content":[{"text":"hello"}]},{"role":"assistant","content":[{"text":"hi"}]}]}
            """)
    void readsTheSameConversationInEachShape(String path, String body) throws Exception {
        Prompt prompt = prompt(path, body);

        assertThat(told(prompt)).isEqualTo("SYSTEM be kind, USER hello, ASSISTANT hi");
        assertThat(prompt.messages()).allMatch(PromptMessage::isTextOnly);
    }

    @Test
    void anInputThatIsAStringIsTheUsers() throws Exception {
        assertThat(told(prompt(RESPONSES, "{\"input\":\"hello\"}"))).isEqualTo("USER hello");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            /v1/chat/completions | {"messages":[{"role":"user","content":[{"type":"text","text":"look"},{"type":"image_url","image_url":{"url":"x"}}]}]} | USER look
            /v1/chat/completions | {"messages":[{"role":"assistant","content":null,"tool_calls":[]}]} | ASSISTANT
            /v1/responses | {"input":[{"type":"function_call_output","call_id":"1","output":"42"}]} | OTHER 42
            /v1/messages | {"messages":[{"role":"user","content":[{"type":"tool_result","content":[{"type":"text","text":"42"}]}]}]} | USER 42
            /model/m/converse | {"messages":[{"role":"user","content":[{"toolResult":{"content":[{"text":"42"}]}}]}]} | USER 42
            """)
    void moreThanTextIsNoText(String path, String body, String told) throws Exception {
        Prompt prompt = prompt(path, body);

        assertThat(told(prompt).strip()).isEqualTo(told.strip());
        assertThat(prompt.messages()).noneMatch(PromptMessage::isTextOnly);
    }

    @Test
    void theBodyTellsTheShapeWhereThePathDoesNot() throws Exception {
        assertThat(prompt("/ai", "{\"contents\":[]}").shape()).isEqualTo(ApiShape.GEMINI);
        assertThat(prompt("/ai", "{\"messages\":[]}").shape()).isEqualTo(ApiShape.OPENAI_CHAT);
        assertThat(kindOf("/ai", "{\"a\":1}")).isEqualTo(PromptFault.Kind.UNKNOWN_SHAPE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"messages\":[],\"messages\":[]}",
                "{\"messages\":[],\"\\u006dessages\":[]}",
                "{\"messages\":[]} {}",
                "\uFEFF{\"messages\":[]}",
                "{'messages':[]}",
                "{\"messages\":[{\"role\":\"user\",\"role\":\"system\"}]}"
            })
    void refusesWhatServersReadDifferently(String body) {
        assertThat(kindOf(CHAT, body)).isEqualTo(PromptFault.Kind.NOT_JSON);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"messages\":[],\"Messages\":[]}",
                "{\"MODEL\":\"m\"}",
                "{\"me\u017fsages\":[]}",
                "{\"system\":\"a\",\"\u017fystem\":\"b\"}"
            })
    void refusesNamesInAnotherCase(String body) {
        assertThat(kindOf(MESSAGES, body)).isEqualTo(PromptFault.Kind.AMBIGUOUS);
    }

    @Test
    void refusesTwoSpellingsOfOneMember() {
        assertThat(kindOf(GEMINI, "{\"systemInstruction\":{\"parts\":[]},\"system_instruction\":{\"parts\":[]}}"))
                .isEqualTo(PromptFault.Kind.AMBIGUOUS);
    }

    @Test
    void refusesUtf16AndOtherCharsets() {
        byte[] wide = "{\"messages\":[]}".getBytes(StandardCharsets.UTF_16LE);

        assertThat(kindOf(TestMessages.get(CHAT).withBody(Buffer.buffer(wide)))).isEqualTo(PromptFault.Kind.NOT_JSON);
        assertThat(kindOf(TestMessages.get(CHAT, "content-type", "application/json; charset=utf-16")
                        .withBody(Buffer.buffer("{}"))))
                .isEqualTo(PromptFault.Kind.CHARSET);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "\"text\"", "{\"messages\":\"text\"}", "{\"messages\":[\"text\"]}"})
    void refusesWhatIsNoConversation(String body) {
        assertThat(kindOf(CHAT, body)).isEqualTo(PromptFault.Kind.MISSHAPEN);
    }

    @Test
    void refusesNoBody() {
        assertThat(kindOf(TestMessages.get(CHAT))).isEqualTo(PromptFault.Kind.MISSING);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            /v1/chat/completions | { "messages" :[ {"role":"user","content":"hello"} ]} | { "messages" :[{"role":"system","content":"S1"},{"role":"user","content":"U1"}, {"role":"user","content":"hello"},{"role":"system","content":"S2"},{"role":"user","content":"U2"} ]}
            /v1/responses | {"input":"hello"} | {"input":[{"role":"user","content":"U1"},{"role":"user","content":"hello"},{"role":"user","content":"U2"}],"instructions":"S1`n`nS2"}
            /v1/responses | {"instructions":"be kind","input":[]} | {"instructions":"S1`n`nbe kind`n`nS2","input":[{"role":"user","content":"U1"},{"role":"user","content":"U2"}]}
            /v1/messages | {"system":"be kind","messages":[{"role":"user","content":"hello"}]} | {"system":"S1`n`nbe kind`n`nS2","messages":[{"role":"user","content":"U1"},{"role":"user","content":"hello"},{"role":"user","content":"U2"}]}
            /v1/messages | {"system":[{"type":"text","text":"be kind"}],"messages":[]} | {"system":[{"type":"text","text":"S1"},{"type":"text","text":"be kind"},{"type":"text","text":"S2"}],"messages":[{"role":"user","content":"U1"},{"role":"user","content":"U2"}]}
            /v1/messages | {} | {"system":"S1`n`nS2","messages":[{"role":"user","content":"U1"},{"role":"user","content":"U2"}]}
            /v1/models/m:generateContent | {"system_instruction":{"parts":[{"text":"be kind"}]},"contents":[]} | {"system_instruction":{"parts":[{"text":"S1"},{"text":"be kind"},{"text":"S2"}]},"contents":[{"role":"user","parts":[{"text":"U1"}]},{"role":"user","parts":[{"text":"U2"}]}]}
            /v1/models/m:generateContent | {"contents":[]} | {"contents":[{"role":"user","parts":[{"text":"U1"}]},{"role":"user","parts":[{"text":"U2"}]}],"systemInstruction":{"parts":[{"text":"S1"},{"text":"S2"}]}}
            /model/m/converse | {"messages":[]} | {"messages":[{"role":"user","content":[{"text":"U1"}]},{"role":"user","content":[{"text":"U2"}]}],"system":[{"text":"S1"},{"text":"S2"}]}
            /model/m/converse | {"system":[{"text":"be kind"}],"messages":[{"role":"user","content":[{"text":"hello"}]}]} | {"system":[{"text":"S1"},{"text":"be kind"},{"text":"S2"}],"messages":[{"role":"user","content":[{"text":"U1"},{"text":"hello"},{"text":"U2"}]}]}
            /model/m/converse | {"system":[],"messages":[{"role":"user","content":[]},{"role":"assistant","content":[{"text":"hi"}]}]} | {"system":[{"text":"S1"},{"text":"S2"}],"messages":[{"role":"user","content":[{"text":"U1"}]},{"role":"assistant","content":[{"text":"hi"}]},{"role":"user","content":[{"text":"U2"}]}]}
            """)
    void addsMessagesInEachShape(String path, String body, String after) throws Exception {
        PromptEdits edits = new PromptEdits(prompt(path, body));

        edits.addFirst(Role.SYSTEM, "S1");
        edits.addFirst(Role.USER, "U1");
        edits.addLast(Role.SYSTEM, "S2");
        edits.addLast(Role.USER, "U2");

        assertThat(edits.applied()).asString(StandardCharsets.UTF_8).isEqualTo(after.replace("`n", "\\n"));
    }

    private static String told(Prompt prompt) {
        return prompt.messages().stream()
                .map(message -> message.role() + " "
                        + message.texts().stream().map(JsonPart.Text::value).collect(Collectors.joining("+")))
                .collect(Collectors.joining(", "));
    }

    private static Prompt prompt(String path, String body) throws PromptFault {
        return Prompt.of(TestMessages.get(path).withBody(Buffer.buffer(body)), () -> false);
    }

    private static PromptFault.Kind kindOf(String path, String body) {
        return kindOf(TestMessages.get(path).withBody(Buffer.buffer(body)));
    }

    private static PromptFault.Kind kindOf(RequestView request) {
        PromptFault[] faults = new PromptFault[1];
        assertThatExceptionOfType(PromptFault.class)
                .isThrownBy(() -> Prompt.of(request, () -> false))
                .satisfies(fault -> faults[0] = fault);
        return List.of(faults).getFirst().kind();
    }
}
