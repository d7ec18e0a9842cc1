package io.policyengine.policies.ai.shared.prompt;

/** The author of a message in a prompt. */
public enum Role {
    /**
     * The author of instructions: {@code system} and {@code developer}, or a member outside the messages, such as
     * {@code systemInstruction}.
     */
    SYSTEM,
    USER,
    /** The model: {@code assistant}, or Gemini's {@code model}. */
    ASSISTANT,
    /** A tool, or any other author. */
    OTHER;

    /** Returns the role that has this name in any provider's interface. */
    static Role of(String name) {
        return switch (name) {
            case "system", "developer" -> SYSTEM;
            case "user" -> USER;
            case "assistant", "model" -> ASSISTANT;
            default -> OTHER;
        };
    }
}
