package io.policyengine.policies.ai.semanticcache.answer;

import io.policyengine.core.work.StopSignal;
import io.policyengine.policies.format.json.JsonFault;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** Checks streamed answers of Gemini: events, or a JSON array that is sent element by element. */
final class GeminiStream {
    private GeminiStream() {}

    /** Returns whether a stream of events is complete: each candidate stopped normally. */
    static boolean isWhole(List<String> events, StopSignal stop) throws JsonFault {
        List<JsonNode> parts = new ArrayList<>(events.size());
        for (String data : events) {
            parts.add(Events.json(data, stop));
        }
        return isWhole(parts);
    }

    /** Returns whether an array is a complete response. */
    static boolean isWhole(JsonNode array) {
        return array.isArray() && isWhole((Iterable<JsonNode>) array);
    }

    private static boolean isWhole(Iterable<JsonNode> parts) {
        Map<String, String> reasons = new HashMap<>();
        for (JsonNode part : parts) {
            if (!WholeAnswers.isCandidatesSoFar(part)) {
                return false;
            }
            for (JsonNode candidate : part.path("candidates")) {
                reasons.merge(
                        candidate.path("index").asString("0"),
                        Events.text(candidate, "finishReason"),
                        (before, now) -> now.isEmpty() ? before : now);
            }
        }
        return !reasons.isEmpty() && reasons.values().stream().allMatch("STOP"::equals);
    }
}
