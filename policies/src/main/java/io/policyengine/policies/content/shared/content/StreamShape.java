package io.policyengine.policies.content.shared.content;

/** The provider's shape of a stream of events, as far as it has shown itself. Confined to the exchange. */
final class StreamShape {
    private StreamDenial denial = StreamDenial.GENERIC;
    private boolean events;

    /** The body is a stream of server-sent events. */
    void isEvents() {
        events = true;
    }

    /** True if the body is a stream of server-sent events. */
    boolean areEvents() {
        return events;
    }

    /** The way in which the stream says that it is denied. */
    StreamDenial denial() {
        return denial;
    }

    /** An event has this type, and a value at this path. */
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
