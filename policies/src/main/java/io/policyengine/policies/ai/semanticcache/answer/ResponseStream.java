package io.policyengine.policies.ai.semanticcache.answer;

import io.policyengine.core.work.StopSignal;
import io.policyengine.policies.format.json.JsonFault;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** Checks streamed answers of OpenAI's Responses. */
final class ResponseStream {
    private ResponseStream() {}

    /** Returns whether a stream is complete: its last event contains the complete response. */
    static boolean isWhole(List<String> events, StopSignal stop) throws JsonFault {
        for (int i = 0; i < events.size(); i++) {
            JsonNode event = Events.json(events.get(i), stop);
            String type = Events.text(event, "type");
            if (Events.isError(event) || type.equals("error")) {
                return false;
            }
            if (type.equals("response.completed")) {
                return i == events.size() - 1 && WholeAnswers.isResponse(event.path("response"));
            }
        }
        return false;
    }
}
