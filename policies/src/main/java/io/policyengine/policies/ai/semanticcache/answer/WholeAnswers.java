package io.policyengine.policies.ai.semanticcache.answer;

import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * Checks unstreamed answers of each provider's interface. An answer passes if it is complete and consists only of text
 * and the model's reasoning.
 */
final class WholeAnswers {
    /** Types of blocks in Anthropic's messages that hold text, or the model's reasoning. */
    static final Set<String> MESSAGE_BLOCKS = Set.of("text", "thinking", "redacted_thinking");

    /** Stop reasons of turns that ended normally, for Anthropic and Bedrock. */
    static final Set<String> ENDS_OF_TURN = Set.of("end_turn", "stop_sequence");

    private static final Set<String> RESPONSE_ITEMS = Set.of("message", "reasoning");
    private static final Set<String> CONVERSATION_BLOCKS = Set.of("text", "reasoningContent");
    private static final Set<String> CANDIDATE_PARTS = Set.of("text", "thought", "thoughtSignature");

    private WholeAnswers() {}

    /** Checks an answer of OpenAI's Chat Completions. */
    static boolean isChat(JsonNode answer) {
        JsonNode choices = answer.path("choices");
        if (Events.isError(answer) || !choices.isArray() || choices.isEmpty()) {
            return false;
        }
        for (JsonNode choice : choices) {
            JsonNode message = choice.path("message");
            if (!Events.text(choice, "finish_reason").equals("stop")
                    || !message.path("content").isString()
                    || hasMoreThanText(message)) {
                return false;
            }
        }
        return true;
    }

    static boolean hasMoreThanText(JsonNode message) {
        return Events.has(message, "refusal")
                || Events.has(message, "tool_calls")
                || Events.has(message, "function_call")
                || Events.has(message, "audio")
                || Events.has(message, "images");
    }

    /** Checks an answer of OpenAI's Responses. */
    static boolean isResponse(JsonNode answer) {
        JsonNode output = answer.path("output");
        if (Events.isError(answer)
                || !Events.text(answer, "status").equals("completed")
                || Events.has(answer, "incomplete_details")
                || !output.isArray()) {
            return false;
        }
        boolean says = false;
        for (JsonNode item : output) {
            String type = Events.text(item, "type");
            if (!RESPONSE_ITEMS.contains(type)) {
                return false;
            }
            if (type.equals("message")) {
                for (JsonNode part : item.path("content")) {
                    if (!Events.text(part, "type").equals("output_text")) {
                        return false;
                    }
                    says = true;
                }
            }
        }
        return says;
    }

    /** Checks an answer of Anthropic's Messages. */
    static boolean isMessage(JsonNode answer) {
        JsonNode content = answer.path("content");
        if (Events.isError(answer)
                || !ENDS_OF_TURN.contains(Events.text(answer, "stop_reason"))
                || !content.isArray()) {
            return false;
        }
        for (JsonNode block : content) {
            if (!MESSAGE_BLOCKS.contains(Events.text(block, "type"))) {
                return false;
            }
        }
        return !content.isEmpty();
    }

    /** Checks an answer of Gemini's {@code generateContent}. */
    static boolean isCandidates(JsonNode answer) {
        JsonNode candidates = answer.path("candidates");
        if (!isCandidatesSoFar(answer) || !candidates.isArray() || candidates.isEmpty()) {
            return false;
        }
        for (JsonNode candidate : candidates) {
            if (!Events.text(candidate, "finishReason").equals("STOP")) {
                return false;
            }
        }
        return true;
    }

    /** Returns whether one chunk of a streamed Gemini answer may belong to a complete answer of text only. */
    static boolean isCandidatesSoFar(JsonNode answer) {
        if (Events.isError(answer) || Events.has(answer.path("promptFeedback"), "blockReason")) {
            return false;
        }
        for (JsonNode candidate : answer.path("candidates")) {
            if (Events.has(candidate, "groundingMetadata")) {
                return false;
            }
            for (JsonNode part : candidate.path("content").path("parts")) {
                if (!part.isObject() || !CANDIDATE_PARTS.containsAll(part.propertyNames())) {
                    return false;
                }
            }
        }
        return true;
    }

    /** Checks an answer of Bedrock's Converse. */
    static boolean isConversation(JsonNode answer) {
        JsonNode content = answer.path("output").path("message").path("content");
        if (!ENDS_OF_TURN.contains(Events.text(answer, "stopReason")) || !content.isArray()) {
            return false;
        }
        for (JsonNode block : content) {
            if (!block.isObject() || !CONVERSATION_BLOCKS.containsAll(block.propertyNames())) {
                return false;
            }
        }
        return !content.isEmpty();
    }
}
