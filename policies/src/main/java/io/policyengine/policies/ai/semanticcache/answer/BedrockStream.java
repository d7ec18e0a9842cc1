package io.policyengine.policies.ai.semanticcache.answer;

import io.policyengine.core.work.StopSignal;
import io.policyengine.policies.format.json.JsonFault;
import io.policyengine.policies.format.json.JsonTexts;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** Checks streamed answers of Bedrock's ConverseStream. */
final class BedrockStream {
    private BedrockStream() {}

    /** Returns whether a stream is complete: the turn ended normally with text only, and the metadata came last. */
    static boolean isWhole(List<BedrockEvents.Event> events, StopSignal stop) throws JsonFault {
        String reason = "";
        String last = "";
        for (BedrockEvents.Event each : events) {
            if (!each.messageType().equals("event")) {
                return false;
            }
            JsonNode event = JsonTexts.read(each.payload().getBytes(), stop);
            last = each.type();
            switch (last) {
                case "contentBlockStart" -> {
                    if (Events.has(event.path("start"), "toolUse")) {
                        return false;
                    }
                }
                case "contentBlockDelta" -> {
                    if (Events.has(event.path("delta"), "toolUse")) {
                        return false;
                    }
                }
                case "messageStop" -> reason = Events.text(event, "stopReason");
                default -> {
                    // Irrelevant to completeness.
                }
            }
        }
        return last.equals("metadata") && WholeAnswers.ENDS_OF_TURN.contains(reason);
    }
}
