package io.policyengine.policies.content.shared.texts;

import io.policyengine.core.instruction.DenialCode;

/** The denial codes for bodies whose texts cannot be read. */
public enum TextCode implements DenialCode {
    UNREADABLE_BODY(
            "Let the client send a body that conforms to its content type and charset, with each " + "name once."),
    BODY_TOO_COMPLEX("Usually nothing. Let the client send fewer, shorter or less nested texts."),
    UNKNOWN_CHARSET("Let the client send UTF-8.");

    private final String remedy;

    TextCode(String remedy) {
        this.remedy = remedy;
    }

    @Override
    public String remedy() {
        return remedy;
    }
}
