package io.policyengine.policies.ai.a2aaccess;

import io.policyengine.core.instruction.DenialCode;

/** The codes with which only {@code a2aAccess} denies. */
enum A2aCode implements DenialCode {
    SKILL_DENIED("Usually nothing. If the caller should be able to use the skill, grant it.");

    private final String remedy;

    A2aCode(String remedy) {
        this.remedy = remedy;
    }

    @Override
    public String remedy() {
        return remedy;
    }
}
