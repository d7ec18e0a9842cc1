package io.policyengine.core.error;

/** What can go wrong with an exchange: a stable code, its category, and the status that a client gets when it is denied. */
public enum ErrorCode {
    /** A policy threw, failed its future or misbehaved otherwise. */
    POLICY_ERROR(Category.POLICY, 500),
    /** A policy took longer than it may. */
    POLICY_TIMEOUT(Category.POLICY, 500),
    /** A policy instructed something illegal, or something that Envoy would drop. */
    INVALID_INSTRUCTION(Category.POLICY, 500),
    /** The metadata of an exchange would exceed its limit. */
    STATE_TOO_LARGE(Category.POLICY, 500),
    /** A body that a policy sets would exceed its limit. */
    BODY_TOO_LARGE(Category.POLICY, 500),
    /** A worker answered something that makes no sense. */
    INVALID_ANSWER(Category.POLICY, 500),
    /** No worker declares a policy of the chain, or its parameters are wrong. */
    POLICY_NOT_SUPPORTED(Category.CONFIGURATION, 500),
    /** A policy is declared, but none of its workers can be called. */
    WORKER_UNAVAILABLE(Category.AVAILABILITY, 503),
    /** A worker did not answer in time. */
    WORKER_TIMEOUT(Category.AVAILABILITY, 503),
    /** A limit on work under way is reached. */
    OVERLOADED(Category.AVAILABILITY, 503),
    /** A request body that a policy must read is too large. */
    REQUEST_TOO_LARGE(Category.MESSAGE, 413),
    /** A response body that a policy must read is too large. */
    RESPONSE_TOO_LARGE(Category.MESSAGE, 502),
    /** A request body that a policy must read did not go on. */
    REQUEST_TIMEOUT(Category.MESSAGE, 408),
    /** A response body that a policy must read did not go on. */
    RESPONSE_TIMEOUT(Category.MESSAGE, 504),
    /** A request body that a policy must read has a content coding that cannot be undone. */
    REQUEST_ENCODING(Category.MESSAGE, 415),
    /** A response body that a policy must read has a content coding that cannot be undone. */
    RESPONSE_ENCODING(Category.MESSAGE, 502),
    /** A fault of the engine. */
    INTERNAL(Category.ENGINE, 500);

    /** Whose matter an error is. */
    public enum Category {
        /** The policy's author. */
        POLICY,
        /** The operator, by configuration. */
        CONFIGURATION,
        /** The operator, by capacity or a process that is down. */
        AVAILABILITY,
        /** The client, by its request, or the upstream, by its response. */
        MESSAGE,
        /** The engine's authors. */
        ENGINE
    }

    private final Category category;
    private final int status;

    ErrorCode(Category category, int status) {
        this.category = category;
        this.status = status;
    }

    /** Whether an entry of a chain can fail with it, by what its policy says. */
    public boolean isOfEntries() {
        return category == Category.POLICY || this == OVERLOADED;
    }

    /** Whose matter it is. */
    public Category category() {
        return category;
    }

    /** The HTTP status of a denial for it. */
    public int status() {
        return status;
    }
}
