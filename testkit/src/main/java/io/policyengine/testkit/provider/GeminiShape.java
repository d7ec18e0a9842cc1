package io.policyengine.testkit.provider;

import io.policyengine.testkit.provider.ReportedAccuracy.Written;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Gemini's API for content generation (<a href="https://ai.google.dev/api/generate-content">reference</a>). A stream is
 * a JSON array, or Server-Sent Events with {@code alt=sse}. Each message reports the usage so far; the candidates'
 * tokens exclude thoughts.
 */
final class GeminiShape implements ProviderShape {
    @Override
    public String request(String text, int maxOutput, boolean stream) {
        return "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":" + text
                + "}]}],\"generationConfig\":{\"maxOutputTokens\":" + maxOutput + "}}";
    }

    @Override
    public String whole(ModelAnswer answer) {
        return message(answer, answer.text(), true, told(answer.told()));
    }

    @Override
    public Stream stream(ModelAnswer answer) {
        List<Buffer> pieces = new ArrayList<>();
        for (int at = 0; at < answer.pieces().size(); at++) {
            ProviderTokens all = answer.tokens();
            ProviderTokens soFar = new ProviderTokens(
                    all.input(), all.cached(), all.reasoning() + (long) (at + 1) * answer.choices(), all.reasoning());
            List<Written> told = answer.usage().of(soFar).stream().limit(1).toList();
            pieces.add(framed(answer, at == 0, message(answer, answer.pieces().get(at), false, told(told))));
        }
        List<Buffer> closing = new ArrayList<>();
        List<Written> told = answer.told();
        closing.add(framed(
                answer,
                false,
                message(answer, "", true, told(told.stream().limit(1).toList()))));
        told.stream()
                .skip(1)
                .forEach(more -> closing.add(framed(answer, false, message(answer, "", true, told(List.of(more))))));
        if (!answer.sse()) {
            closing.add(Buffer.buffer("]"));
        }
        return new Stream(List.of(), pieces, closing, framed(answer, false, error(503)));
    }

    private static Buffer framed(ModelAnswer answer, boolean first, String message) {
        return Buffer.buffer(answer.sse() ? "data: " + message + "\r\n\r\n" : (first ? "[" : ",\r\n") + message);
    }

    private static String message(ModelAnswer answer, String text, boolean last, String usage) {
        String candidates = answer.forChoices(index -> "{\"content\":{\"parts\":[{\"text\":" + Json.string(text)
                + "}],\"role\":\"model\"}," + (last ? "\"finishReason\":\"STOP\"," : "") + "\"index\":" + index + "}");
        return "{\"candidates\":[" + candidates + "]" + usage + ",\"modelVersion\":" + Json.string(answer.model())
                + ",\"responseId\":\"r1\"}";
    }

    private static String told(List<Written> told) {
        return told.stream().map(each -> ",\"usageMetadata\":" + usage(each)).collect(Collectors.joining());
    }

    private static String usage(Written told) {
        ProviderTokens tokens = told.tokens();
        return "{\"promptTokenCount\":" + told.number(tokens.input()) + ",\"candidatesTokenCount\":"
                + told.number(tokens.output() - tokens.reasoning()) + ",\"totalTokenCount\":"
                + told.number(tokens.total()) + ",\"cachedContentTokenCount\":" + told.number(tokens.cached())
                + ",\"thoughtsTokenCount\":" + told.number(tokens.reasoning()) + "}";
    }

    @Override
    public String streamType(ModelAnswer answer) {
        return answer.sse() ? "text/event-stream" : "application/json; charset=UTF-8";
    }

    @Override
    public String error(int status) {
        return "{\"error\":{\"code\":" + status + ",\"message\":" + Json.string(TROUBLE)
                + ",\"status\":\"UNAVAILABLE\"}}";
    }
}
