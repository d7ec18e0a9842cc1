package io.policyengine.testkit.provider;

import io.policyengine.testkit.provider.ReportedAccuracy.Written;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** OpenAI's API for <a href="https://platform.openai.com/docs/api-reference/responses-streaming">responses</a>. */
final class OpenAiResponsesShape implements ProviderShape {
    private static final String PLACE = "\"item_id\":\"msg_1\",\"output_index\":0,\"content_index\":0";

    @Override
    public String request(String text, int maxOutput, boolean stream) {
        return "{\"model\":\"gpt-4o-mini\",\"input\":" + text + ",\"max_output_tokens\":" + maxOutput
                + (stream ? ",\"stream\":true}" : "}");
    }

    @Override
    public String whole(ModelAnswer answer) {
        return response(answer, "completed", message("completed", content(answer.text())), told(answer));
    }

    @Override
    public Stream stream(ModelAnswer answer) {
        Numbered events = new Numbered();
        String empty = response(answer, "in_progress", "", ",\"usage\":null");
        List<Buffer> opening = List.of(
                events.next("response.created", "\"response\":" + empty),
                events.next("response.in_progress", "\"response\":" + empty),
                events.next("response.output_item.added", "\"output_index\":0,\"item\":" + message("in_progress", "")),
                events.next("response.content_part.added", PLACE + ",\"part\":" + content("")));
        List<Buffer> pieces = new ArrayList<>();
        for (String piece : answer.pieces()) {
            pieces.add(events.next(
                    "response.output_text.delta", PLACE + ",\"logprobs\":[],\"delta\":" + Json.string(piece)));
        }
        String text = content(answer.text());
        List<Buffer> closing = List.of(
                events.next(
                        "response.output_text.done", PLACE + ",\"logprobs\":[],\"text\":" + Json.string(answer.text())),
                events.next("response.content_part.done", PLACE + ",\"part\":" + text),
                events.next("response.output_item.done", "\"output_index\":0,\"item\":" + message("completed", text)),
                events.next("response.completed", "\"response\":" + whole(answer)));
        Buffer error = events.next(
                "error", "\"code\":\"server_error\",\"message\":" + Json.string(TROUBLE) + ",\"param\":null");
        return new Stream(opening, pieces, closing, error);
    }

    /** Creates events with consecutive sequence numbers, as in a streamed response. */
    private static final class Numbered {
        private int number;

        Buffer next(String type, String members) {
            return ProviderShape.event(
                    type, "{\"type\":\"" + type + "\",\"sequence_number\":" + number++ + "," + members + "}");
        }
    }

    private static String response(ModelAnswer answer, String status, String output, String usage) {
        return "{\"id\":\"resp_1\",\"object\":\"response\",\"created_at\":1760000000,\"status\":\"" + status
                + "\",\"error\":null,\"incomplete_details\":null,\"model\":" + Json.string(answer.model())
                + ",\"output\":[" + output + "]" + usage + "}";
    }

    private static String message(String status, String content) {
        return "{\"id\":\"msg_1\",\"type\":\"message\",\"status\":\"" + status
                + "\",\"role\":\"assistant\",\"content\":[" + content + "]}";
    }

    private static String content(String text) {
        return "{\"type\":\"output_text\",\"text\":" + Json.string(text) + ",\"annotations\":[]}";
    }

    private static String told(ModelAnswer answer) {
        return answer.told().stream().map(told -> ",\"usage\":" + usage(told)).collect(Collectors.joining());
    }

    private static String usage(Written told) {
        ProviderTokens tokens = told.tokens();
        return "{\"input_tokens\":" + told.number(tokens.input()) + ",\"input_tokens_details\":{\"cached_tokens\":"
                + told.number(tokens.cached()) + "},\"output_tokens\":" + told.number(tokens.output())
                + ",\"output_tokens_details\":{\"reasoning_tokens\":" + told.number(tokens.reasoning())
                + "},\"total_tokens\":" + told.number(tokens.total()) + "}";
    }

    @Override
    public String streamType(ModelAnswer answer) {
        return "text/event-stream; charset=utf-8";
    }

    @Override
    public String error(int status) {
        return OpenAiChatShape.openAiError();
    }
}
