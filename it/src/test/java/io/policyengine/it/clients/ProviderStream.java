package io.policyengine.it.clients;

import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.stream.Collectors;

/** A streamed answer as a provider's API writes it, of pieces of text. */
enum ProviderStream {
    /** OpenAI's chat completions. */
    CHAT("chat") {
        @Override
        String events(List<String> pieces) {
            return pieces.stream()
                            .map(piece -> chunk("{\"content\":\"" + piece + "\"}", "null"))
                            .collect(Collectors.joining())
                    + chunk("{}", "\"stop\"")
                    + "data: [DONE]\n\n";
        }

        private String chunk(String delta, String reason) {
            return "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":"
                    + delta + ",\"finish_reason\":" + reason + "}]}\n\n";
        }
    },
    /** OpenAI's responses. */
    RESPONSES("responses") {
        @Override
        String events(List<String> pieces) {
            String deltas = pieces.stream()
                    .map(piece -> event(
                            "response.output_text.delta",
                            "\"item_id\":\"i\",\"output_index\":0,\"content_index\":0,\"delta\":\"" + piece + "\""))
                    .collect(Collectors.joining());
            return event("response.created", "\"response\":{\"id\":\"r\",\"object\":\"response\",\"output\":[]}")
                    + deltas
                    + event(
                            "response.output_text.done",
                            "\"item_id\":\"i\",\"output_index\":0,\"content_index\":0,\"text\":\""
                                    + String.join("", pieces) + "\"")
                    + event("response.completed", "\"response\":{\"id\":\"r\",\"object\":\"response\",\"output\":[]}");
        }
    },
    /** Anthropic's messages. */
    MESSAGES("messages") {
        @Override
        String events(List<String> pieces) {
            String deltas = pieces.stream()
                    .map(piece -> event(
                            "content_block_delta",
                            "\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"" + piece + "\"}"))
                    .collect(Collectors.joining());
            return event(
                            "message_start",
                            "\"message\":{\"id\":\"m\",\"type\":\"message\",\"role\":\"assistant\",\"content\":[],\"model\":\"m\",\"usage\":{\"input_tokens\":1,\"output_tokens\":1}}")
                    + event("content_block_start", "\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}")
                    + "event: ping\ndata: {\"type\": \"ping\"}\n\n"
                    + deltas
                    + event("content_block_stop", "\"index\":0")
                    + event("message_delta", "\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":{\"output_tokens\":9}")
                    + event("message_stop", "\"usage\":{}");
        }
    };

    private final String api;

    ProviderStream(String api) {
        this.api = api;
    }

    /** The name by which the reader knows it. */
    String api() {
        return api;
    }

    abstract String events(List<String> pieces);

    private static String event(String type, String more) {
        return "event: " + type + "\ndata: {\"type\":\"" + type + "\"," + more + "}\n\n";
    }

    /** The answer. */
    Buffer of(List<String> pieces) {
        return Buffer.buffer(events(pieces));
    }
}
