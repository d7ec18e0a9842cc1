package io.policyengine.policies.content.piiredaction;

import io.policyengine.core.instruction.DenialCode;

/** The denial codes that only {@code piiRedaction} uses. */
enum PiiCode implements DenialCode {
    PII_DENIED("Let the sender leave out personal data. The metadata `pii_redaction.found` lists the kinds that were "
            + "found in a complete body."),
    PII_NOT_REDACTABLE("Usually nothing. Let the sender put personal data into plain text, not into base64 or the "
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
