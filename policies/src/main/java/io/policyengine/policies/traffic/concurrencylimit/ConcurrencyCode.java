package io.policyengine.policies.traffic.concurrencylimit;

import io.policyengine.core.instruction.DenialCode;

/** The codes with which {@code concurrencyLimit} denies. */
enum ConcurrencyCode implements DenialCode {
    CONCURRENCY_LIMITED("Have the client send fewer requests at once, or raise `max`. If the upstream has become "
            + "slow, repair it."),
    CONCURRENCY_UNAVAILABLE("Look at the store: `policy_worker_store_failures_total` and the worker's log name it. "
            + "`on_store_failure` says what happens until it works again.");

    private final String remedy;

    ConcurrencyCode(String remedy) {
        this.remedy = remedy;
    }

    @Override
    public String remedy() {
        return remedy;
    }
}
