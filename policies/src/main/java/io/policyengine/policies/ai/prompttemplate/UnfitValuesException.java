package io.policyengine.policies.ai.prompttemplate;

import io.policyengine.policies.shared.denial.Denial;

/**
 * The exception for a request whose template and values make no valid prompt. It has no stack trace, since clients are
 * expected to cause it.
 */
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
