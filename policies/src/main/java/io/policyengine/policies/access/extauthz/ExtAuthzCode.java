package io.policyengine.policies.access.extauthz;

import io.policyengine.core.instruction.DenialCode;

/** The codes with which {@code extAuthz} denies. */
enum ExtAuthzCode implements DenialCode {
    ACCESS_DENIED("Ask the authorization service why it denies: its own log has the request."),
    AUTHORIZATION_UNAVAILABLE(
            "Check the service, and `policy_worker_callout_failures_total`. The worker's log has the " + "reason.");

    private final String remedy;

    ExtAuthzCode(String remedy) {
        this.remedy = remedy;
    }

    @Override
    public String remedy() {
        return remedy;
    }
}
