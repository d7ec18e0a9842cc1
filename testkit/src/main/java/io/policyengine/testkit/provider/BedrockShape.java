package io.policyengine.testkit.provider;

import io.policyengine.testkit.provider.ReportedAccuracy.Written;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Bedrock's Converse API (<a
 * href="https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html">reference</a>). A
 * stream consists of binary messages.
 */
final class BedrockShape implements ProviderShape {
    @Override
    public String request(String text, int maxOutput, boolean stream) {
        return "{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":" + text
                + "}]}],\"inferenceConfig\":{\"maxTokens\":" + maxOutput + "}}";
    }

    @Override
    public String whole(ModelAnswer answer) {
        String usage =
                answer.told().stream().map(told -> ",\"usage\":" + usage(told)).collect(Collectors.joining());
        return "{\"output\":{\"message\":{\"role\":\"assistant\",\"content\":[{\"text\":" + Json.string(answer.text())
                + "}]}},\"stopReason\":\"end_turn\"" + usage + ",\"metrics\":{\"latencyMs\":7}}";
    }

    @Override
    public Stream stream(ModelAnswer answer) {
        List<Buffer> closing = new ArrayList<>();
        closing.add(EventStreamMessage.event("contentBlockStop", "{\"contentBlockIndex\":0}"));
        closing.add(EventStreamMessage.event("messageStop", "{\"stopReason\":\"end_turn\"}"));
        answer.told()
                .forEach(told -> closing.add(EventStreamMessage.event(
                        "metadata", "{\"usage\":" + usage(told) + ",\"metrics\":{\"latencyMs\":7}}")));
        return new Stream(
                List.of(EventStreamMessage.event("messageStart", "{\"role\":\"assistant\"}")),
                answer.pieces().stream()
                        .map(piece -> EventStreamMessage.event(
                                "contentBlockDelta",
                                "{\"contentBlockIndex\":0,\"delta\":{\"text\":" + Json.string(piece) + "}}"))
                        .toList(),
                closing,
                EventStreamMessage.exception("modelStreamErrorException", error(424)));
    }

    private static String usage(Written told) {
        ProviderTokens tokens = told.tokens();
        return "{\"inputTokens\":" + told.number(tokens.input() - tokens.cached()) + ",\"outputTokens\":"
                + told.number(tokens.output()) + ",\"totalTokens\":" + told.number(tokens.total())
                + ",\"cacheReadInputTokens\":" + told.number(tokens.cached()) + ",\"cacheWriteInputTokens\":0}";
    }

    @Override
    public String streamType(ModelAnswer answer) {
        return "application/vnd.amazon.eventstream";
    }

    @Override
    public String error(int status) {
        return "{\"message\":" + Json.string(TROUBLE) + "}";
    }
}
