package io.policyengine.policies.content.shared.texts;

import io.vertx.core.buffer.Buffer;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The error event that ends a denied stream of server-sent events, in the format that the provider's clients expect.
 */
public enum StreamDenial {
    /**
     * OpenAI's chat and completions: data with an {@code error}, which OpenAI's client libraries throw as an API error.
     */
    OPENAI {
        @Override
        ObjectNode data(String message, String code) {
            ObjectNode data = JsonNodeFactory.instance.objectNode();
            data.putObject("error")
                    .put("message", message)
                    .put("type", "content_filter")
                    .putNull("param")
                    .put("code", code);
            return data;
        }
    },
    /** OpenAI's responses: an event {@code error}. */
    OPENAI_RESPONSES {
        @Override
        ObjectNode data(String message, String code) {
            ObjectNode data = JsonNodeFactory.instance.objectNode();
            data.put("type", "error").put("code", code).put("message", message).putNull("param");
            data.putObject("error")
                    .put("message", message)
                    .put("type", "content_filter")
                    .put("code", code);
            return data;
        }
    },
    /** Anthropic's messages: an event {@code error}, with a typed error. */
    ANTHROPIC {
        @Override
        ObjectNode data(String message, String code) {
            ObjectNode data = JsonNodeFactory.instance.objectNode().put("type", "error");
            data.putObject("error")
                    .put("type", "invalid_request_error")
                    .put("message", message)
                    .put("code", code);
            return data;
        }
    },
    /** Gemini: data with an {@code error} of Google's APIs. */
    GEMINI {
        @Override
        ObjectNode data(String message, String code) {
            ObjectNode data = JsonNodeFactory.instance.objectNode();
            data.putObject("error").put("code", 502).put("message", message).put("status", "FAILED_PRECONDITION");
            return data;
        }
    },
    /** Any other stream: an event {@code error} with the denial's JSON. */
    GENERIC {
        @Override
        ObjectNode data(String message, String code) {
            return JsonNodeFactory.instance.objectNode().put("error", message).put("code", code);
        }
    };

    abstract ObjectNode data(String message, String code);

    /**
     * Returns the error event. It must be sent after a whole event, as the last event of the stream.
     *
     * @param message for people
     * @param code stable, for programs
     */
    public Buffer event(String message, String code) {
        String name = switch (this) {
            case OPENAI, GEMINI -> "";
            case OPENAI_RESPONSES, ANTHROPIC, GENERIC -> "event: error\n";
        };
        return Buffer.buffer(name + "data: " + data(message, code) + "\n\n");
    }
}
