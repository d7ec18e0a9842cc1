package io.policyengine.policies.ai.semanticcache.answer;

import io.policyengine.core.work.StopSignal;
import io.policyengine.policies.format.json.JsonFault;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** Checks streamed answers of OpenAI's Chat Completions. */
final class ChatStream {
    private static final String DONE = "[DONE]";

    private ChatStream() {}

    /**
     * Returns whether a stream is complete: each choice stopped normally with text only, and {@code [DONE]} came last.
     */
    static boolean isWhole(List<String> events, StopSignal stop) throws JsonFault {
        if (events.isEmpty() || !events.getLast().equals(DONE)) {
            return false;
        }
        Map<String, String> reasons = new HashMap<>();
        for (String data : events.subList(0, events.size() - 1)) {
            JsonNode event = Events.json(data, stop);
            if (Events.isError(event)) {
                return false;
            }
            for (JsonNode choice : event.path("choices")) {
                if (WholeAnswers.hasMoreThanText(choice.path("delta"))) {
                    return false;
                }
                reasons.merge(
                        choice.path("index").toString(),
                        Events.text(choice, "finish_reason"),
                        (before, now) -> now.isEmpty() ? before : now);
            }
        }
        return !reasons.isEmpty() && reasons.values().stream().allMatch("stop"::equals);
    }
}
