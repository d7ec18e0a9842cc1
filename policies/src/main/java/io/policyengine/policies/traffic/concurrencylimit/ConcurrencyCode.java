package io.policyengine.policies.traffic.concurrencylimit;

import io.policyengine.core.instruction.DenialCode;

/** The codes with which {@code concurrencyLimit} denies. */
enum ConcurrencyCode implements DenialCode {
    CONCURRENCY_LIMITED("Have the client send fewer requests at once, or raise `max`. If the upstream has become "
            + "slow, repair it."),
    CONCURRENCY_UNAVAILABLE("Repair the store, which `policy_worker_store_failures_total` and the worker's log name. "
            + "Until then, `on_store_failure` decides about requests.");

    private final String remedy;

    ConcurrencyCode(String remedy) {
        this.remedy = remedy;
    }

    @Override
    public String remedy() {
        return remedy;
    }
}
