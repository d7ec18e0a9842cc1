package io.policyengine.policies.ai.modelrouter;

import io.policyengine.core.instruction.DenialCode;

/** The codes with which only {@code modelRouter} denies. */
enum ModelRouterCode implements DenialCode {
    MODEL_NOT_FOUND("Add a route for the model, or set `on_unmatched`."),
    MODEL_AMBIGUOUS("Have the client name one model, in one place. If Envoy reads another model, compare its "
            + "AI filter's settings.");

    private final String remedy;

    ModelRouterCode(String remedy) {
        this.remedy = remedy;
    }

    @Override
    public String remedy() {
        return remedy;
    }
}
