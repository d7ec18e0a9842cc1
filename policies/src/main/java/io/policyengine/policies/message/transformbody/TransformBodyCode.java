package io.policyengine.policies.message.transformbody;

import io.policyengine.core.instruction.DenialCode;

/** The denial codes of {@code transformBody}. */
enum TransformBodyCode implements DenialCode {
    INVALID_BODY("Let the client send a body of the form that the changes expect."),
    BODY_TOO_COMPLEX("Usually nothing. For legitimate requests, raise `max_values`, or the worker's memory.");

    private final String remedy;

    TransformBodyCode(String remedy) {
        this.remedy = remedy;
    }

    @Override
    public String remedy() {
        return remedy;
    }
}
