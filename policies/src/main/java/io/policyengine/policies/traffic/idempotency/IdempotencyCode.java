package io.policyengine.policies.traffic.idempotency;

import io.policyengine.core.instruction.DenialCode;

/** The codes of the responses that {@code idempotency} sends. */
enum IdempotencyCode implements DenialCode {
    IDEMPOTENCY_KEY_MISSING("Have the client send a key, or set `required: false`."),
    IDEMPOTENCY_KEY_INVALID("Have the client send one key of visible characters."),
    IDEMPOTENCY_OWNER_INVALID("Let `key` give a string in UTF-8."),
    IDEMPOTENCY_KEY_REUSED("Have the client use a new key for each different request."),
    IDEMPOTENCY_KEY_IN_USE("Have the client wait for `Retry-After`."),
    IDEMPOTENCY_ANSWER_NOT_KEPT("Have the client query the result in another way: the request has already run."),
    IDEMPOTENCY_UNAVAILABLE("Repair the store, which `policy_worker_store_failures_total` and the worker's log name. "
            + "Until then, `on_store_failure` decides about requests."),
    IDEMPOTENCY_OVERLOADED("Give the store `local` more memory, or use a shared store."),
    IDEMPOTENCY_REPLAYED("Nothing: this is the stored response to the first request with the key.");

    private final String remedy;

    IdempotencyCode(String remedy) {
        this.remedy = remedy;
    }

    @Override
    public String remedy() {
        return remedy;
    }
}
