package io.policyengine.policies.message.redirect;

import io.policyengine.core.instruction.DenialCode;

/** The code of the responses of {@code redirect}. */
enum RedirectCode implements DenialCode {
    REDIRECTED("Nothing: the configured redirect.");

    private final String remedy;

    RedirectCode(String remedy) {
        this.remedy = remedy;
    }

    @Override
    public String remedy() {
        return remedy;
    }
}
