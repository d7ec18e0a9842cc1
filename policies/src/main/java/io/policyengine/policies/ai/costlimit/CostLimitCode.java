package io.policyengine.policies.ai.costlimit;

import io.policyengine.core.instruction.DenialCode;

/** The code with which {@code costLimit} denies a request that would exceed a budget. */
enum CostLimitCode implements DenialCode {
    COST_LIMIT_EXCEEDED("Have the client wait for `Retry-After`, or raise the budget.");

    private final String remedy;

    CostLimitCode(String remedy) {
        this.remedy = remedy;
    }

    @Override
    public String remedy() {
        return remedy;
    }
}
