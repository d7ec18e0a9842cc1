package io.policyengine.policies.ai.semanticcache.answer;

import io.policyengine.core.work.StopSignal;
import io.policyengine.policies.format.json.JsonFault;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** Checks streamed answers of Anthropic's Messages. */
final class MessageStream {
    private MessageStream() {}

    /** Returns whether a stream is complete: the turn ended normally, and {@code message_stop} came last. */
    static boolean isWhole(List<String> events, StopSignal stop) throws JsonFault {
        String reason = "";
        String last = "";
        for (String data : events) {
            JsonNode event = Events.json(data, stop);
            last = Events.text(event, "type");
            if (Events.isError(event)) {
                return false;
            }
            switch (last) {
                case "content_block_start" -> {
                    if (!WholeAnswers.MESSAGE_BLOCKS.contains(Events.text(event.path("content_block"), "type"))) {
                        return false;
                    }
                }
                case "message_delta" -> reason = Events.text(event.path("delta"), "stop_reason");
                default -> {
                    // Irrelevant to completeness.
                }
            }
        }
        return last.equals("message_stop") && WholeAnswers.ENDS_OF_TURN.contains(reason);
    }
}
