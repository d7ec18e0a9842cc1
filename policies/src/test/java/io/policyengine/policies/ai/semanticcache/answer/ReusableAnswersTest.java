package io.policyengine.policies.ai.semanticcache.answer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.policies.ai.shared.modelapi.ApiShape;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ReusableAnswersTest {
    private static final String CHAT =
            "{\"choices\": [{\"index\": 0, \"finish_reason\": \"stop\", \"message\": {\"content\": \"hi\", \"refusal\": null}}]}";
    private static final String RESPONSE =
            "{\"status\": \"completed\", \"error\": null, \"incomplete_details\": null, \"output\": [{\"type\": \"reasoning\"}, {\"type\": \"message\", \"content\": [{\"type\": \"output_text\", \"text\": \"hi\"}]}]}";
    private static final String MESSAGE =
            "{\"type\": \"message\", \"stop_reason\": \"end_turn\", \"content\": [{\"type\": \"text\", \"text\": \"hi\"}]}";
    private static final String CANDIDATES =
            "{\"candidates\": [{\"finishReason\": \"STOP\", \"content\": {\"parts\": [{\"text\": \"hi\"}]}}]}";
    private static final String CONVERSATION =
            "{\"stopReason\": \"end_turn\", \"output\": {\"message\": {\"content\": [{\"text\": \"hi\"}]}}}";

    private static final String CHAT_EVENTS = """
            data: {"choices": [{"index": 0, "delta": {"role": "assistant", "content": "h"}, "finish_reason": null}]}

            data: {"choices": [{"index": 0, "delta": {"content": "i"}, "finish_reason": "stop"}]}

            data: {"choices": [], "usage": {"total_tokens": 3}}

            data: [DONE]

            """;
    private static final String RESPONSE_EVENTS = "event: response.created\ndata: {\"type\": \"response.created\"}\n\n"
            + "event: response.completed\ndata: {\"type\": \"response.completed\", \"response\": " + RESPONSE + "}\n\n";
    private static final String MESSAGE_EVENTS = """
            event: message_start
            data: {"type": "message_start", "message": {}}

            event: content_block_start
            data: {"type": "content_block_start", "content_block": {"type": "text", "text": ""}}

            event: ping
            data: {"type": "ping"}

            event: message_delta
            data: {"type": "message_delta", "delta": {"stop_reason": "end_turn"}}

            event: message_stop
            data: {"type": "message_stop"}

            """;
    private static final String CANDIDATE_EVENTS =
            "data: {\"candidates\": [{\"content\": {\"parts\": [{\"text\": \"h\"}]}}]}\r\n\r\ndata: " + CANDIDATES
                    + "\r\n\r\n";

    private static boolean json(ApiShape shape, String body) {
        return ReusableAnswers.isWhole(shape, false, "application/json", body.getBytes(UTF_8), () -> false);
    }

    private static boolean events(ApiShape shape, String body) {
        return ReusableAnswers.isWhole(shape, true, "text/event-stream", body.getBytes(UTF_8), () -> false);
    }

    private static boolean frames(byte[] body) {
        return ReusableAnswers.isWhole(ApiShape.BEDROCK, true, "application/vnd.amazon.eventstream", body, () -> false);
    }

    @Test
    void wholeAnswersAreWhole() {
        assertThat(json(ApiShape.OPENAI_CHAT, CHAT)).isTrue();
        assertThat(json(ApiShape.OPENAI_RESPONSES, RESPONSE)).isTrue();
        assertThat(json(ApiShape.ANTHROPIC, MESSAGE)).isTrue();
        assertThat(json(ApiShape.GEMINI, CANDIDATES)).isTrue();
        assertThat(json(ApiShape.BEDROCK, CONVERSATION)).isTrue();
    }

    @Test
    void wholeStreamsAreWhole() {
        assertThat(events(ApiShape.OPENAI_CHAT, CHAT_EVENTS)).isTrue();
        assertThat(events(ApiShape.OPENAI_RESPONSES, RESPONSE_EVENTS)).isTrue();
        assertThat(events(ApiShape.ANTHROPIC, MESSAGE_EVENTS)).isTrue();
        assertThat(events(ApiShape.GEMINI, CANDIDATE_EVENTS)).isTrue();
        assertThat(ReusableAnswers.isWhole(
                        ApiShape.GEMINI,
                        true,
                        "application/json",
                        ("[" + CANDIDATES + "]").getBytes(UTF_8),
                        () -> false))
                .isTrue();
    }

    @Test
    void oneShapeIsNoAnswerOfAnother() {
        for (ApiShape shape : ApiShape.values()) {
            for (String body : new String[] {CHAT, RESPONSE, MESSAGE, CANDIDATES, CONVERSATION}) {
                boolean own = body.equals(
                        switch (shape) {
                            case OPENAI_CHAT -> CHAT;
                            case OPENAI_RESPONSES -> RESPONSE;
                            case ANTHROPIC -> MESSAGE;
                            case GEMINI -> CANDIDATES;
                            case BEDROCK -> CONVERSATION;
                        });
                assertThat(json(shape, body)).as("%s %s", shape, body).isEqualTo(own);
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"stop\"|\"length\"",
                "\"stop\"|\"content_filter\"",
                "\"stop\"|\"tool_calls\"",
                "\"stop\"|null",
                "\"refusal\": null|\"refusal\": \"I cannot\"",
                "\"refusal\": null|\"tool_calls\": [{}]",
                "\"refusal\": null|\"function_call\": {\"name\": \"f\"}",
                "\"refusal\": null|\"audio\": {\"id\": \"a\"}",
                "\"content\": \"hi\"|\"content\": null",
                "{\"choices\"|{\"error\": {\"code\": 1}, \"choices\"",
                "}]}|}, {\"index\": 1, \"finish_reason\": \"length\", \"message\": {\"content\": \"hi\"}}]}",
            })
    void chatsThatAreNotWholeAreNone(String is, String instead) {
        assertThat(CHAT).contains(is);
        assertThat(json(ApiShape.OPENAI_CHAT, CHAT.replace(is, instead))).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"completed\"|\"incomplete\"",
                "\"incomplete_details\": null|\"incomplete_details\": {\"reason\": \"max_output_tokens\"}",
                "\"error\": null|\"error\": {\"code\": 1}",
                "output_text|refusal",
                "\"reasoning\"|\"web_search_call\"",
                "\"reasoning\"|\"function_call\"",
            })
    void responsesThatAreNotWholeAreNone(String is, String instead) {
        assertThat(RESPONSE).contains(is);
        assertThat(json(ApiShape.OPENAI_RESPONSES, RESPONSE.replace(is, instead)))
                .isFalse();
        assertThat(events(ApiShape.OPENAI_RESPONSES, RESPONSE_EVENTS.replace(is, instead)))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"max_tokens", "refusal", "tool_use", "pause_turn", "model_context_window_exceeded"})
    void messagesThatAreNotWholeAreNone(String reason) {
        assertThat(json(ApiShape.ANTHROPIC, MESSAGE.replace("end_turn", reason)))
                .isFalse();
        assertThat(events(ApiShape.ANTHROPIC, MESSAGE_EVENTS.replace("end_turn", reason)))
                .isFalse();
        assertThat(json(ApiShape.BEDROCK, CONVERSATION.replace("end_turn", reason)))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"MAX_TOKENS", "SAFETY", "RECITATION", "MALFORMED_FUNCTION_CALL", ""})
    void candidatesThatAreNotWholeAreNone(String reason) {
        assertThat(json(ApiShape.GEMINI, CANDIDATES.replace("STOP", reason))).isFalse();
        assertThat(events(ApiShape.GEMINI, CANDIDATE_EVENTS.replace("STOP", reason)))
                .isFalse();
    }

    @Test
    void whatIsNoTextIsNoAnswerToOthers() {
        assertThat(json(ApiShape.ANTHROPIC, MESSAGE.replace("\"type\": \"text\"", "\"type\": \"tool_use\"")))
                .isFalse();
        assertThat(json(ApiShape.GEMINI, CANDIDATES.replace("\"text\"", "\"functionCall\"")))
                .isFalse();
        assertThat(json(
                        ApiShape.GEMINI,
                        CANDIDATES.replace(
                                "{\"candidates\"",
                                "{\"promptFeedback\": {\"blockReason\": \"SAFETY\"}, \"candidates\"")))
                .isFalse();
        assertThat(json(ApiShape.BEDROCK, CONVERSATION.replace("{\"text\"", "{\"toolUse\"")))
                .isFalse();
        assertThat(events(ApiShape.OPENAI_CHAT, CHAT_EVENTS.replace("\"content\": \"i\"", "\"tool_calls\": [{}]")))
                .isFalse();
        assertThat(events(ApiShape.OPENAI_CHAT, CHAT_EVENTS.replace("\"content\": \"i\"", "\"refusal\": \"no\"")))
                .isFalse();
        assertThat(events(ApiShape.ANTHROPIC, MESSAGE_EVENTS.replace("\"type\": \"text\"", "\"type\": \"tool_use\"")))
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource({"OPENAI_CHAT", "OPENAI_RESPONSES", "ANTHROPIC"})
    void aStreamThatIsCutAnywhereIsNotWhole(ApiShape shape) {
        String whole = switch (shape) {
            case OPENAI_CHAT -> CHAT_EVENTS;
            case OPENAI_RESPONSES -> RESPONSE_EVENTS;
            default -> MESSAGE_EVENTS;
        };
        for (int length = 0; length < whole.length(); length++) {
            assertThat(events(shape, whole.substring(0, length)))
                    .as("%s bytes", length)
                    .isFalse();
        }
    }

    @Test
    void anErrorInAStreamIsNoAnswer() {
        String error = "event: error\ndata: {\"type\": \"error\", \"error\": {\"type\": \"overloaded_error\"}}\n\n";
        for (ApiShape shape :
                new ApiShape[] {ApiShape.OPENAI_CHAT, ApiShape.OPENAI_RESPONSES, ApiShape.ANTHROPIC, ApiShape.GEMINI}) {
            String whole = switch (shape) {
                case OPENAI_CHAT -> CHAT_EVENTS;
                case OPENAI_RESPONSES -> RESPONSE_EVENTS;
                case ANTHROPIC -> MESSAGE_EVENTS;
                default -> CANDIDATE_EVENTS;
            };
            assertThat(events(shape, error + whole)).as("%s, before", shape).isFalse();
            assertThat(events(shape, whole + error)).as("%s, after", shape).isFalse();
            assertThat(events(shape, whole + "data: nonsense\n\n"))
                    .as("%s, nonsense", shape)
                    .isFalse();
        }
    }

    @Test
    void framesAreReadWithTheirChecksums() {
        byte[] stream = stream("end_turn");

        assertThat(frames(stream)).isTrue();
        assertThat(frames(stream("max_tokens"))).isFalse();
        for (int length = 0; length < stream.length; length++) {
            assertThat(frames(java.util.Arrays.copyOf(stream, length)))
                    .as("%s bytes", length)
                    .isFalse();
        }
        for (int i = 0; i < stream.length; i++) {
            byte[] broken = stream.clone();
            broken[i] ^= 1;
            assertThat(frames(broken)).as("a bit of byte %s", i).isFalse();
        }
    }

    @Test
    void exceptionsAndToolsInFramesAreNoAnswer() {
        byte[] stream = stream("end_turn");
        byte[] exception = frame("exception", "throttlingException", "{}");
        byte[] tool = frame("event", "contentBlockStart", "{\"start\": {\"toolUse\": {\"name\": \"t\"}}}");

        assertThat(frames(join(stream, exception))).isFalse();
        assertThat(frames(join(tool, stream))).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "OPENAI_CHAT, false, application/json, true",
        "OPENAI_CHAT, false, text/event-stream, false",
        "OPENAI_CHAT, true, text/event-stream, true",
        "OPENAI_CHAT, true, application/json, false",
        "GEMINI, true, application/json, true",
        "BEDROCK, true, application/vnd.amazon.eventstream, true",
        "BEDROCK, true, text/event-stream, false",
        "ANTHROPIC, false, text/html, false",
    })
    void theTypeHasToFitWhatWasAskedFor(ApiShape shape, boolean streams, String type, boolean fits) {
        assertThat(ReusableAnswers.isFit(shape, streams, type)).isEqualTo(fits);
    }

    private static byte[] stream(String reason) {
        return join(
                frame("event", "messageStart", "{\"role\": \"assistant\"}"),
                frame("event", "contentBlockDelta", "{\"delta\": {\"text\": \"hi\"}}"),
                frame("event", "messageStop", "{\"stopReason\": \"" + reason + "\"}"),
                frame("event", "metadata", "{\"usage\": {\"totalTokens\": 3}}"));
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    private static byte[] frame(String messageType, String eventType, String payload) {
        byte[] headers = join(
                header(":message-type", messageType),
                header(messageType.equals("event") ? ":event-type" : ":exception-type", eventType));
        byte[] body = payload.getBytes(UTF_8);
        ByteBuffer frame = ByteBuffer.allocate(16 + headers.length + body.length);
        frame.putInt(frame.capacity()).putInt(headers.length);
        frame.putInt(checksum(frame.array(), 8)).put(headers).put(body);
        frame.putInt(checksum(frame.array(), frame.position()));
        return frame.array();
    }

    private static byte[] header(String name, String value) {
        ByteBuffer header = ByteBuffer.allocate(4 + name.length() + value.length());
        header.put((byte) name.length()).put(name.getBytes(UTF_8)).put((byte) 7);
        return header.putShort((short) value.length())
                .put(value.getBytes(UTF_8))
                .array();
    }

    private static int checksum(byte[] bytes, int length) {
        CRC32 sum = new CRC32();
        sum.update(bytes, 0, length);
        return (int) sum.getValue();
    }
}
