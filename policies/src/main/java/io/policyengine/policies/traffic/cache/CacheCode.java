package io.policyengine.policies.traffic.cache;

import io.policyengine.core.instruction.DenialCode;

/** The codes of the responses that {@code cache} sends. */
enum CacheCode implements DenialCode {
    CACHE_HIT("Nothing: this is a stored response of the upstream, with the upstream's status, or 416 for an "
            + "impossible range."),
    NOT_STORED("Nothing if the client sent `only-if-cached`. After an unexpected 304 of the upstream, have the client "
            + "repeat the request."),
    CACHE_UNAVAILABLE("Repair the store, which `policy_worker_store_failures_total` and the worker's log name. Until "
            + "then, `on_store_failure` decides about requests.");

    private final String remedy;

    CacheCode(String remedy) {
        this.remedy = remedy;
    }

    @Override
    public String remedy() {
        return remedy;
    }
}
