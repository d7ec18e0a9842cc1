package io.policyengine.policies.access.csrf;

import io.policyengine.core.instruction.DenialCode;

/** The codes with which {@code csrf} denies. */
enum CsrfCode implements DenialCode {
    CSRF_DENIED("If the page of the other origin is yours, list its origin in `allow_origins`."),
    CSRF_ORIGIN_MISSING("If clients other than browsers use the route, set `allow_absent: true`.");

    private final String remedy;

    CsrfCode(String remedy) {
        this.remedy = remedy;
    }

    @Override
    public String remedy() {
        return remedy;
    }
}
