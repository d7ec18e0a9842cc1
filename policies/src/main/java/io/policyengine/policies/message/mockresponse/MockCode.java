package io.policyengine.policies.message.mockresponse;

import io.policyengine.core.instruction.DenialCode;

/** The code of the responses of {@code mockResponse}. */
enum MockCode implements DenialCode {
    MOCKED("Nothing: this is the configured response. Remove the entry once the upstream exists.");

    private final String remedy;

    MockCode(String remedy) {
        this.remedy = remedy;
    }

    @Override
    public String remedy() {
        return remedy;
    }
}
