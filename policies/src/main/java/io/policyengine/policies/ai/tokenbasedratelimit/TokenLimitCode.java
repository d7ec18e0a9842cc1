package io.policyengine.policies.ai.tokenbasedratelimit;

import io.policyengine.core.instruction.DenialCode;

/** The code with which {@code tokenBasedRateLimit} denies a request that would exceed a limit. */
enum TokenLimitCode implements DenialCode {
    TOKEN_LIMIT_EXCEEDED("Have the client wait for `Retry-After`, or raise the limit.");

    private final String remedy;

    TokenLimitCode(String remedy) {
        this.remedy = remedy;
    }

    @Override
    public String remedy() {
        return remedy;
    }
}
