package io.policyengine.policies.content.shared.texts;

/**
 * Detects the AI provider by the events of a stream, so that a denied stream can end with an event in the provider's
 * format. Confined to the exchange.
 */
final class StreamShape {
    private StreamDenial denial = StreamDenial.GENERIC;
    private boolean events;

    /** Records that the body is a stream of server-sent events. */
    void isEvents() {
        events = true;
    }

    boolean areEvents() {
        return events;
    }

    StreamDenial denial() {
        return denial;
    }

    /** Records that an event of the given type has a value at the given path. */
    void seen(String type, String path) {
        if (denial != StreamDenial.GENERIC) {
            return;
        }
        if (path.startsWith("choices[")) {
            denial = StreamDenial.OPENAI;
        } else if (path.startsWith("candidates[")) {
            denial = StreamDenial.GEMINI;
        } else if (type.startsWith("response.")) {
            denial = StreamDenial.OPENAI_RESPONSES;
        } else if (type.equals("message_start") || type.startsWith("content_block_")) {
            denial = StreamDenial.ANTHROPIC;
        }
    }
}
