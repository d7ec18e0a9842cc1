package io.policyengine.policies.content.piiredaction;

import io.policyengine.core.instruction.DenialCode;

/** The code with which only {@code piiRedaction} denies. */
enum PiiCode implements DenialCode {
    PII_NOT_REDACTABLE("Usually nothing. Let the sender put personal data into texts, not into base64 or "
            + "header lines of parts.");

    private final String remedy;

    PiiCode(String remedy) {
        this.remedy = remedy;
    }

    @Override
    public String remedy() {
        return remedy;
    }
}
