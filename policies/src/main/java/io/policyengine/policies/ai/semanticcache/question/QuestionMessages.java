package io.policyengine.policies.ai.semanticcache.question;

import io.policyengine.policies.ai.shared.modelapi.ApiShape;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads the messages of a request for any provider's interface. The last message must be a text of the user; earlier
 * messages may also use tools. No message may contain images, sounds or files.
 */
final class QuestionMessages {
    /** Types of content parts that are text, or that call tools and report their results. */
    private static final Set<String> TYPES = Set.of(
            "text", "input_text", "output_text", "refusal", "thinking", "redacted_thinking", "tool_use", "tool_result");

    /** Types of items in OpenAI's Responses that are not messages. */
    private static final Set<String> ITEMS = Set.of("function_call", "function_call_output", "reasoning");

    /** Permitted members of content parts without a type. */
    private static final Set<String> MEMBERS = Set.of(
            "text",
            "thought",
            "thoughtSignature",
            "functionCall",
            "functionResponse",
            "toolUse",
            "toolResult",
            "reasoningContent",
            "cachePoint");

    /** Roles of instructions, which do not count as turns of a conversation. */
    private static final Set<String> INSTRUCTIONS = Set.of("system", "developer");

    private static final String TEXT = "text";
    private static final String CONTENT = "content";

    private final ApiShape shape;
    private final boolean multiTurn;

    /**
     * Creates a reader for one interface.
     *
     * @param multiTurn true to permit messages other than instructions before the last message
     */
    QuestionMessages(ApiShape shape, boolean multiTurn) {
        this.shape = shape;
        this.multiTurn = multiTurn;
    }

    /**
     * Removes the texts of the last message from a body, and leaves empty texts in their place.
     *
     * @return the texts in order, at least one
     * @throws UnfitRequestException if the message does not match the shape, or contains more than text
     */
    List<String> takeLast(ObjectNode body) throws UnfitRequestException {
        JsonNode messages = body.get(
                switch (shape) {
                    case OPENAI_CHAT, ANTHROPIC, BEDROCK -> "messages";
                    case OPENAI_RESPONSES -> "input";
                    case GEMINI -> "contents";
                });
        if (messages != null && messages.isString() && shape == ApiShape.OPENAI_RESPONSES) {
            body.put("input", "");
            return List.of(messages.stringValue());
        }
        if (!(messages instanceof ArrayNode list) || list.isEmpty()) {
            throw unfit("shape");
        }
        int turns = 0;
        for (JsonNode message : list) {
            requireText(message);
            turns += INSTRUCTIONS.contains(message.path("role").asString("")) ? 0 : 1;
        }
        if (turns > 1 && !multiTurn) {
            throw unfit("multi-turn");
        }
        if (!(list.get(list.size() - 1) instanceof ObjectNode last) || !isOfUser(last)) {
            throw unfit("not-last-user");
        }
        return take(last);
    }

    private boolean isOfUser(ObjectNode message) {
        JsonNode type = message.get("type");
        JsonNode role = message.get("role");
        boolean isMessage = type == null || type.asString("").equals("message");
        return isMessage
                && (role == null ? shape == ApiShape.GEMINI : role.asString("").equals("user"));
    }

    private void requireText(JsonNode message) throws UnfitRequestException {
        String type = message.path("type").asString("message");
        if (shape == ApiShape.OPENAI_RESPONSES && ITEMS.contains(type)) {
            return;
        }
        if (!message.isObject() || !type.equals("message")) {
            throw unfit("media");
        }
        JsonNode content = message.get(contentName());
        if (content == null || content.isNull() || content.isString()) {
            return;
        }
        for (JsonNode part : content) {
            if (!isText(part)) {
                throw unfit("media");
            }
        }
    }

    private boolean isText(JsonNode part) {
        return switch (shape) {
            case OPENAI_CHAT, OPENAI_RESPONSES, ANTHROPIC ->
                TYPES.contains(part.path("type").asString(""));
            case GEMINI, BEDROCK -> part.isObject() && MEMBERS.containsAll(part.propertyNames());
        };
    }

    private String contentName() {
        return shape == ApiShape.GEMINI ? "parts" : CONTENT;
    }

    private List<String> take(ObjectNode last) throws UnfitRequestException {
        JsonNode content = last.get(contentName());
        if (content != null && content.isString()) {
            last.put(contentName(), "");
            return List.of(content.stringValue());
        }
        if (!(content instanceof ArrayNode parts) || parts.isEmpty()) {
            throw unfit("shape");
        }
        List<String> texts = new ArrayList<>(parts.size());
        for (JsonNode part : parts) {
            texts.add(takeText(part));
        }
        return texts;
    }

    private String takeText(JsonNode part) throws UnfitRequestException {
        JsonNode text = part.get(TEXT);
        String type = part.path("type").asString(TEXT);
        if (!(part instanceof ObjectNode object)
                || !isString(text)
                || !(type.equals(TEXT) || type.equals("input_text"))) {
            throw unfit("media");
        }
        object.put(TEXT, "");
        return text.stringValue();
    }

    private static boolean isString(@Nullable JsonNode node) {
        return node != null && node.isString();
    }

    private static UnfitRequestException unfit(String reason) {
        return new UnfitRequestException(reason);
    }
}
