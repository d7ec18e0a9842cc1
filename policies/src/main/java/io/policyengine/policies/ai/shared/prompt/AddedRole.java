package io.policyengine.policies.ai.shared.prompt;

import io.policyengine.core.params.Doc;

/** Roles of messages that policies add. */
@Doc("Role of a message: user, assistant, or system for instructions.")
public enum AddedRole {
    /** The role of messages with instructions. */
    SYSTEM,
    USER,
    /** The role of the model's own messages. */
    ASSISTANT;

    public Role role() {
        return switch (this) {
            case SYSTEM -> Role.SYSTEM;
            case USER -> Role.USER;
            case ASSISTANT -> Role.ASSISTANT;
        };
    }
}
