package io.policyengine.policies.traffic.cache;

import io.policyengine.core.instruction.DenialCode;

/** The codes of the answers of {@code cache}. */
enum CacheCode implements DenialCode {
    CACHE_HIT("Nothing: it is a stored answer of the upstream, with the upstream's status, or 416 for "
            + "an impossible range."),
    NOT_STORED("Nothing for `only-if-cached`. After a 304, have the client repeat the request."),
    CACHE_UNAVAILABLE("Look at the store: `policy_worker_store_failures_total` and the worker's log name it. "
            + "`on_store_failure` says what happens until it works again.");

    private final String remedy;

    CacheCode(String remedy) {
        this.remedy = remedy;
    }

    @Override
    public String remedy() {
        return remedy;
    }
}
