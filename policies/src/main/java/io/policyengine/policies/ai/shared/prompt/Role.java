package io.policyengine.policies.ai.shared.prompt;

/** The author of a message. */
public enum Role {
    /**
     * The author of instructions: OpenAI's {@code system} and {@code developer}, and separate members of other shapes.
     */
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
