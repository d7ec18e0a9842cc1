package io.policyengine.policies.ai.shared.prompt;

/** The one who speaks in a message. */
public enum Role {
    /** The one who gives the instructions: OpenAI's {@code system} and {@code developer}, and the members of their own that other shapes have. */
    SYSTEM,
    /** The user. */
    USER,
    /** The model: {@code assistant}, or Gemini's {@code model}. */
    ASSISTANT,
    /** A tool, or anything else that is neither of them. */
    OTHER;

    /** The one of this name in any shape. */
    static Role of(String name) {
        return switch (name) {
            case "system", "developer" -> SYSTEM;
            case "user" -> USER;
            case "assistant", "model" -> ASSISTANT;
            default -> OTHER;
        };
    }
}
