package io.policyengine.policies.traffic.quota;

import io.policyengine.core.instruction.DenialCode;

/** The code with which {@code quota} denies a request that would exceed a quota. */
enum QuotaCode implements DenialCode {
    QUOTA_EXCEEDED("Have the client wait for `Retry-After`, or raise the quota.");

    private final String remedy;

    QuotaCode(String remedy) {
        this.remedy = remedy;
    }

    @Override
    public String remedy() {
        return remedy;
    }
}
