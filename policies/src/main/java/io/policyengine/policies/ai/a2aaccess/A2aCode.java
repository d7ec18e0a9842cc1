package io.policyengine.policies.ai.a2aaccess;

import io.policyengine.core.instruction.DenialCode;

/** The codes with which only {@code a2aAccess} denies. */
enum A2aCode implements DenialCode {
    SKILL_DENIED("Usually nothing. Otherwise grant the skill to the caller.");

    private final String remedy;

    A2aCode(String remedy) {
        this.remedy = remedy;
    }

    @Override
    public String remedy() {
        return remedy;
    }
}
