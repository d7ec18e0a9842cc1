package io.policyengine.policies.ai.shared.budget;

import io.policyengine.core.instruction.DenialCode;

/** The codes with which budget policies deny requests for reasons other than a budget that is used up. */
public enum BudgetCode implements DenialCode {
    REQUEST_NOT_COUNTABLE("Have the client use a model interface that the policy knows."),
    MODEL_WITHOUT_PRICE("Add a price for the model."),
    COST_ABOVE_LIMIT("Have the client request less, for example fewer output tokens, or raise the limit."),
    LIMITS_UNAVAILABLE("Repair the store, which `policy_worker_store_failures_total` and the worker's log name. Until "
            + "then, `on_store_failure` decides about requests.");

    private final String remedy;

    BudgetCode(String remedy) {
        this.remedy = remedy;
    }

    @Override
    public String remedy() {
        return remedy;
    }
}
