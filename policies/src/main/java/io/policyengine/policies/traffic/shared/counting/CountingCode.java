package io.policyengine.policies.traffic.shared.counting;

import io.policyengine.core.instruction.DenialCode;

/**
 * The codes with which counting policies deny requests that cannot be counted at the moment, or that exceed a limit by
 * themselves.
 */
public enum CountingCode implements DenialCode {
    COST_ABOVE_LIMIT("Lower the cost of the request, or raise the limit: waiting does not help."),
    LIMITS_UNAVAILABLE("Repair the store, which `policy_worker_store_failures_total` and the worker's log name. Until "
            + "then, `on_store_failure` decides about requests.");

    private final String remedy;

    CountingCode(String remedy) {
        this.remedy = remedy;
    }

    @Override
    public String remedy() {
        return remedy;
    }
}
