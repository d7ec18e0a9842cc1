package io.policyengine.policies.traffic.ratelimit;

import io.policyengine.core.instruction.DenialCode;

/** The code with which {@code rateLimit} denies a request that would exceed a limit. */
enum RateLimitCode implements DenialCode {
    RATE_LIMITED("Have the client wait for `Retry-After`, or raise the limit.");

    private final String remedy;

    RateLimitCode(String remedy) {
        this.remedy = remedy;
    }

    @Override
    public String remedy() {
        return remedy;
    }
}
