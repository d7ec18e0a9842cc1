package io.policyengine.policies.ai.shared.prompt;

import io.policyengine.policies.ai.shared.modelapi.ApiShape;
import java.util.List;

/**
 * The names of a prompt's members in one provider's interface.
 *
 * @param system accepted spellings of the member for instructions; empty if instructions are messages
 * @param list name of the member that holds the messages
 * @param content name of the member that holds the content of a message
 * @param model name of the model's role
 */
public record PromptForm(List<String> system, String list, String content, String model) {
    private static final PromptForm CHAT = new PromptForm(List.of(), "messages", "content", "assistant");
    private static final PromptForm RESPONSES =
            new PromptForm(List.of("instructions"), "input", "content", "assistant");
    private static final PromptForm MESSAGES = new PromptForm(List.of("system"), "messages", "content", "assistant");
    private static final PromptForm GEMINI =
            new PromptForm(List.of("systemInstruction", "system_instruction"), "contents", "parts", "model");

    public static PromptForm of(ApiShape shape) {
        return switch (shape) {
            case OPENAI_CHAT -> CHAT;
            case OPENAI_RESPONSES -> RESPONSES;
            case ANTHROPIC, BEDROCK -> MESSAGES;
            case GEMINI -> GEMINI;
        };
    }

    /** Returns the name that a role has in this interface; not for {@link Role#OTHER}. */
    String nameOf(Role role) {
        return switch (role) {
            case SYSTEM -> "system";
            case USER -> "user";
            case ASSISTANT -> model;
            case OTHER -> throw new IllegalArgumentException("no role that may be written: " + role);
        };
    }
}
