package io.policyengine.policies.traffic.shared.counting;

import io.policyengine.core.instruction.DenialCode;

/** The codes with which policies refuse requests that cannot be counted, now or ever. */
public enum CountingCode implements DenialCode {
    COST_ABOVE_LIMIT("Lower the cost of the request, or raise the limit: waiting does not help."),
    LIMITS_UNAVAILABLE("Look at the store: `policy_worker_store_failures_total` and the worker's log name it. "
            + "`on_store_failure` says what happens until it works again.");

    private final String remedy;

    CountingCode(String remedy) {
        this.remedy = remedy;
    }

    @Override
    public String remedy() {
        return remedy;
    }
}
