package io.policyengine.policies.ai.promptdecorator;

import io.policyengine.core.instruction.DenialCode;

/** The code with which only {@code promptDecorator} denies. */
enum PromptDecoratorCode implements DenialCode {
    VALUE_TOO_LONG("Usually nothing: the client chose the value. If longer values are legitimate, raise "
            + "`max_value_bytes`.");

    private final String remedy;

    PromptDecoratorCode(String remedy) {
        this.remedy = remedy;
    }

    @Override
    public String remedy() {
        return remedy;
    }
}
