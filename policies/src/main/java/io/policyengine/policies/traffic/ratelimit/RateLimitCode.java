package io.policyengine.policies.traffic.ratelimit;

import io.policyengine.core.instruction.DenialCode;

/** The code of a limit of {@code rateLimit} without room. */
enum RateLimitCode implements DenialCode {
    RATE_LIMITED("Let the client wait for `Retry-After`, or raise the limit.");

    private final String remedy;

    RateLimitCode(String remedy) {
        this.remedy = remedy;
    }

    @Override
    public String remedy() {
        return remedy;
    }
}
