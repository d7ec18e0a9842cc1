package io.policyengine.policies.ai.shared.budget;

import io.policyengine.core.instruction.DenialCode;

/** The codes with which policies refuse requests whose use of a model cannot be admitted. */
public enum BudgetCode implements DenialCode {
    REQUEST_NOT_COUNTABLE("Have the client use a known interface of a model."),
    MODEL_WITHOUT_PRICE("Add a price for the model."),
    COST_ABOVE_LIMIT(
            "Have the client ask for less, such as a smaller maximum of output tokens; or raise the " + "limit."),
    LIMITS_UNAVAILABLE("Look at the store: `policy_worker_store_failures_total` and the worker's log name it. "
            + "`on_store_failure` says what happens until it works again.");

    private final String remedy;

    BudgetCode(String remedy) {
        this.remedy = remedy;
    }

    @Override
    public String remedy() {
        return remedy;
    }
}
