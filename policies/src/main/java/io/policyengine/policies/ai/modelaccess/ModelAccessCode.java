package io.policyengine.policies.ai.modelaccess;

import io.policyengine.core.instruction.DenialCode;

/** The codes with which only {@code modelAccess} denies. */
enum ModelAccessCode implements DenialCode {
    MODEL_DENIED("Usually nothing. If the client should be able to use the model, allow it."),
    MODEL_UNKNOWN("Have the client name a model where its interface expects one."),
    MODEL_AMBIGUOUS("Have the client name one model, in one place. If Envoy reads another model, compare its "
            + "AI filter's settings.");

    private final String remedy;

    ModelAccessCode(String remedy) {
        this.remedy = remedy;
    }

    @Override
    public String remedy() {
        return remedy;
    }
}
