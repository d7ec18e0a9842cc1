package io.policyengine.policies.ai.semanticcache.answer;

import io.policyengine.core.work.StopSignal;
import io.policyengine.policies.ai.shared.modelapi.ApiShape;
import io.policyengine.policies.format.json.JsonFault;
import io.policyengine.policies.format.json.JsonTexts;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * Decides which responses may be replayed: complete ones that the model has finished. A response is never replayed if
 * it was cut at a limit, refused or filtered, calls a tool, or has an unknown form.
 */
public final class ReusableAnswers {
    private static final String EVENTS = "text/event-stream";
    private static final String JSON = "application/json";
    private static final String BINARY_EVENTS = "application/vnd.amazon.eventstream";

    private ReusableAnswers() {}

    /**
     * Returns whether a response has a media type that fits the request.
     *
     * @param mediaType in lower case, without parameters
     */
    public static boolean isFit(ApiShape shape, boolean streams, String mediaType) {
        if (!streams) {
            return mediaType.equals(JSON);
        }
        return switch (shape) {
            case OPENAI_CHAT, OPENAI_RESPONSES, ANTHROPIC -> mediaType.equals(EVENTS);
            case GEMINI -> mediaType.equals(EVENTS) || mediaType.equals(JSON);
            case BEDROCK -> mediaType.equals(BINARY_EVENTS);
        };
    }

    /** Returns whether a response with a fitting media type may be replayed. */
    public static boolean isWhole(ApiShape shape, boolean streams, String mediaType, byte[] body, StopSignal stop) {
        try {
            return switch (mediaType) {
                case EVENTS -> isWholeStream(shape, ServerEvents.in(body), stop);
                case BINARY_EVENTS -> isWholeStream(BedrockEvents.in(body), stop);
                default -> isWholeJson(shape, streams, JsonTexts.read(body, stop));
            };
        } catch (JsonFault broken) {
            return false;
        }
    }

    private static boolean isWholeJson(ApiShape shape, boolean streams, JsonNode body) {
        return switch (shape) {
            case OPENAI_CHAT -> WholeAnswers.isChat(body);
            case OPENAI_RESPONSES -> WholeAnswers.isResponse(body);
            case ANTHROPIC -> WholeAnswers.isMessage(body);
            case GEMINI -> streams ? GeminiStream.isWhole(body) : WholeAnswers.isCandidates(body);
            case BEDROCK -> WholeAnswers.isConversation(body);
        };
    }

    private static boolean isWholeStream(Optional<List<BedrockEvents.Event>> events, StopSignal stop) throws JsonFault {
        return events.isPresent() && BedrockStream.isWhole(events.get(), stop);
    }

    private static boolean isWholeStream(ApiShape shape, List<String> events, StopSignal stop) throws JsonFault {
        return switch (shape) {
            case OPENAI_CHAT -> ChatStream.isWhole(events, stop);
            case OPENAI_RESPONSES -> ResponseStream.isWhole(events, stop);
            case ANTHROPIC -> MessageStream.isWhole(events, stop);
            case GEMINI -> GeminiStream.isWhole(events, stop);
            case BEDROCK -> false;
        };
    }
}
