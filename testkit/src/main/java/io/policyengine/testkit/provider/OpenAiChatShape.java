package io.policyengine.testkit.provider;

import io.policyengine.testkit.provider.ReportedAccuracy.Written;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** OpenAI's API for <a href="https://platform.openai.com/docs/api-reference/chat">chat completions</a>. */
final class OpenAiChatShape implements ProviderShape {
    @Override
    public String request(String text, int maxOutput, boolean stream) {
        return "{\"model\":\"gpt-4o-mini\",\"messages\":[{\"role\":\"user\",\"content\":" + text
                + "}],\"max_completion_tokens\":" + maxOutput
                + (stream ? ",\"stream\":true,\"stream_options\":{\"include_usage\":true}}" : "}");
    }

    @Override
    public String whole(ModelAnswer answer) {
        String choices = answer.forChoices(index -> "{\"index\":" + index
                + ",\"message\":{\"role\":\"assistant\",\"content\":" + Json.string(answer.text())
                + ",\"refusal\":null},\"logprobs\":null,\"finish_reason\":\"stop\"}");
        String usage =
                answer.told().stream().map(told -> ",\"usage\":" + usage(told)).collect(Collectors.joining());
        return "{\"id\":\"chatcmpl-1\",\"object\":\"chat.completion\",\"created\":1760000000,\"model\":"
                + Json.string(answer.model()) + ",\"choices\":[" + choices + "]" + usage + "}";
    }

    @Override
    public Stream stream(ModelAnswer answer) {
        String rest = answer.includeUsage() ? ",\"usage\":null" : "";
        List<Buffer> closing = new ArrayList<>();
        closing.add(everyChoice(answer, "{}", "\"stop\"", rest));
        if (answer.includeUsage()) {
            answer.told().forEach(told -> closing.add(chunk(answer, "", ",\"usage\":" + usage(told))));
        }
        closing.add(ProviderShape.data("[DONE]"));
        return new Stream(
                List.of(everyChoice(answer, "{\"role\":\"assistant\",\"content\":\"\"}", "null", rest)),
                answer.pieces().stream()
                        .map(piece -> everyChoice(answer, "{\"content\":" + Json.string(piece) + "}", "null", rest))
                        .toList(),
                closing,
                ProviderShape.data(error(500)));
    }

    private static Buffer everyChoice(ModelAnswer answer, String delta, String reason, String rest) {
        Buffer all = Buffer.buffer();
        for (int index = 0; index < answer.choices(); index++) {
            all.appendBuffer(chunk(
                    answer,
                    "{\"index\":" + index + ",\"delta\":" + delta + ",\"logprobs\":null,\"finish_reason\":" + reason
                            + "}",
                    rest));
        }
        return all;
    }

    private static Buffer chunk(ModelAnswer answer, String choices, String rest) {
        return ProviderShape.data(
                "{\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":1760000000,\"model\":"
                        + Json.string(answer.model()) + ",\"choices\":[" + choices + "]" + rest + "}");
    }

    private static String usage(Written told) {
        ProviderTokens tokens = told.tokens();
        return "{\"prompt_tokens\":" + told.number(tokens.input()) + ",\"completion_tokens\":"
                + told.number(tokens.output()) + ",\"total_tokens\":" + told.number(tokens.total())
                + ",\"prompt_tokens_details\":{\"cached_tokens\":" + told.number(tokens.cached())
                + "},\"completion_tokens_details\":{\"reasoning_tokens\":" + told.number(tokens.reasoning()) + "}}";
    }

    @Override
    public String streamType(ModelAnswer answer) {
        return "text/event-stream; charset=utf-8";
    }

    @Override
    public String error(int status) {
        return openAiError();
    }

    /** Returns the error body of all OpenAI APIs. */
    static String openAiError() {
        return "{\"error\":{\"message\":" + Json.string(TROUBLE)
                + ",\"type\":\"server_error\",\"param\":null,\"code\":null}}";
    }
}
