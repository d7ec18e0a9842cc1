package io.policyengine.policies.usagemetering;

import io.policyengine.core.work.Stop;
import io.policyengine.policies.exchangerecord.Texts;
import io.policyengine.policies.json.JsonFault;
import io.policyengine.policies.json.JsonTexts;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The use of a model, as the body of a response tells it: in the shapes of OpenAI ({@code usage.prompt_tokens}, {@code completion_tokens}, or
 * {@code input_tokens}, {@code output_tokens}), Anthropic and Gemini ({@code usageMetadata}); in one object, or in the data of server-sent events,
 * where of each number the last counts.
 *
 * @param input tokens, -1 if it is not told
 * @param output tokens, -1 if it is not told
 * @param total tokens, -1 if it is not told
 */
record Usage(@Nullable String model, long input, long output, long total) {
    /** Nothing is told. */
    static final Usage NONE = new Usage(null, -1, -1, -1);

    private static final String DATA = "data:";

    /**
     * That of a body.
     *
     * @param mediaType in any case; empty if it has none
     */
    static Usage of(byte[] body, String mediaType, Stop stop) {
        boolean isStream = mediaType.toLowerCase(Locale.ROOT).startsWith("text/event-stream");
        return isStream ? ofEvents(body, stop) : NONE.after(body, stop);
    }

    private static Usage ofEvents(byte[] body, Stop stop) {
        Usage usage = NONE;
        for (String line : (Iterable<String>) new String(body, StandardCharsets.UTF_8).lines()::iterator) {
            // Most events carry text alone.
            if (line.startsWith(DATA) && (usage.model == null || line.contains("usage"))) {
                usage = usage.after(line.substring(DATA.length()).getBytes(StandardCharsets.UTF_8), stop);
            }
        }
        return usage;
    }

    private Usage after(byte[] json, Stop stop) {
        try {
            return after(JsonTexts.read(json, stop));
        } catch (JsonFault notJson) {
            return this;
        }
    }

    private Usage after(JsonNode json) {
        // Anthropic begins a stream with {"message": {"model", "usage"}}, OpenAI's responses with {"response": {…}}.
        JsonNode inner = json.path("message").isObject() ? json.path("message") : json.path("response");
        JsonNode holder = inner.isObject() ? inner : json;
        JsonNode usage = holder.path("usage");
        JsonNode gemini = json.path("usageMetadata");
        String named = holder.path("model").asString(json.path("modelVersion").asString(""));
        return new Usage(
                named.isEmpty() ? model : Texts.bounded(named),
                number(input, usage.path("prompt_tokens"), usage.path("input_tokens"), gemini.path("promptTokenCount")),
                number(
                        output,
                        usage.path("completion_tokens"),
                        usage.path("output_tokens"),
                        gemini.path("candidatesTokenCount")),
                number(total, usage.path("total_tokens"), gemini.path("totalTokenCount")));
    }

    private static long number(long before, JsonNode... places) {
        for (JsonNode place : places) {
            if (place.isIntegralNumber() && place.canConvertToLong() && place.longValue() >= 0) {
                return place.longValue();
            }
        }
        return before;
    }

    /** The numbers that are known; the total is their sum where it is not told itself. Null if none is. */
    @Nullable
    ObjectNode tokens() {
        ObjectNode tokens = JsonNodeFactory.instance.objectNode();
        put(tokens, "input", input);
        put(tokens, "output", output);
        put(tokens, "total", total < 0 && input >= 0 && output >= 0 ? input + output : total);
        return tokens.isEmpty() ? null : tokens;
    }

    private static void put(ObjectNode tokens, String name, long number) {
        if (number >= 0) {
            tokens.put(name, number);
        }
    }
}
