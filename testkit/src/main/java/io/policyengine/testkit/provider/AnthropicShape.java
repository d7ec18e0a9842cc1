package io.policyengine.testkit.provider;

import io.policyengine.testkit.provider.ReportedAccuracy.Written;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Anthropic's messages API (<a href="https://docs.claude.com/en/docs/build-with-claude/streaming">reference</a>). A
 * stream reports usage at its beginning and, cumulatively, at its end; {@code input_tokens} excludes tokens read from a
 * cache.
 */
final class AnthropicShape implements ProviderShape {
    @Override
    public String request(String text, int maxOutput, boolean stream) {
        return "{\"model\":\"claude-sonnet-4-5\",\"max_tokens\":" + maxOutput
                + ",\"messages\":[{\"role\":\"user\",\"content\":" + text + "}]" + (stream ? ",\"stream\":true}" : "}");
    }

    @Override
    public String whole(ModelAnswer answer) {
        return message(
                answer,
                "{\"type\":\"text\",\"text\":" + Json.string(answer.text()) + "}",
                "\"end_turn\"",
                answer.told().stream()
                        .map(told -> ",\"usage\":" + usage(told, told.tokens().output()))
                        .collect(Collectors.joining()));
    }

    @Override
    public Stream stream(ModelAnswer answer) {
        String begun = answer.told().stream()
                .limit(1)
                .map(told ->
                        ",\"usage\":" + usage(told, Math.min(1, told.tokens().output())))
                .collect(Collectors.joining());
        List<Buffer> closing = new ArrayList<>();
        closing.add(event("content_block_stop", ",\"index\":0"));
        if (answer.told().isEmpty()) {
            closing.add(delta(""));
        }
        answer.told()
                .forEach(told -> closing.add(
                        delta(",\"usage\":" + usage(told, told.tokens().output()))));
        closing.add(event("message_stop", ""));
        return new Stream(
                List.of(
                        event("message_start", ",\"message\":" + message(answer, "", "null", begun)),
                        event(
                                "content_block_start",
                                ",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}"),
                        event("ping", "")),
                answer.pieces().stream()
                        .map(piece -> event(
                                "content_block_delta",
                                ",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":" + Json.string(piece) + "}"))
                        .toList(),
                closing,
                ProviderShape.event("error", error(529)));
    }

    private static Buffer delta(String usage) {
        return event("message_delta", ",\"delta\":{\"stop_reason\":\"end_turn\",\"stop_sequence\":null}" + usage);
    }

    private static Buffer event(String type, String members) {
        return ProviderShape.event(type, "{\"type\":\"" + type + "\"" + members + "}");
    }

    private static String message(ModelAnswer answer, String content, String reason, String usage) {
        return "{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":"
                + Json.string(answer.model()) + ",\"content\":[" + content + "],\"stop_reason\":" + reason
                + ",\"stop_sequence\":null" + usage + "}";
    }

    private static String usage(Written told, long output) {
        ProviderTokens tokens = told.tokens();
        return "{\"input_tokens\":" + told.number(tokens.input() - tokens.cached())
                + ",\"cache_creation_input_tokens\":0,\"cache_read_input_tokens\":" + told.number(tokens.cached())
                + ",\"output_tokens\":" + told.number(output) + "}";
    }

    @Override
    public String streamType(ModelAnswer answer) {
        return "text/event-stream; charset=utf-8";
    }

    @Override
    public String error(int status) {
        return "{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":" + Json.string(TROUBLE)
                + "}}";
    }
}
