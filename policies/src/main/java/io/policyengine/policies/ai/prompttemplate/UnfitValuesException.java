package io.policyengine.policies.ai.prompttemplate;

import io.policyengine.policies.shared.denial.Denial;

/** Reports a request whose template and values make no valid prompt. Expected, so it has no stack trace. */
final class UnfitValuesException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient Denial denial;

    UnfitValuesException(Denial denial) {
        super(denial.code().name(), null, false, false);
        this.denial = denial;
    }

    Denial denial() {
        return denial;
    }
}
