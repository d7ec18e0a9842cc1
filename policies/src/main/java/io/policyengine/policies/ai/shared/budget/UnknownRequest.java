package io.policyengine.policies.ai.shared.budget;

import io.policyengine.core.params.Doc;

/** Treatments of requests with an unknown interface. */
@Doc("Treatment of a request with a body of an unknown interface: denied with 400, or passed and charged its "
        + "reservation.")
public enum UnknownRequest {
    DENY,
    /** The request passes, and is charged its reservation unless the response reports usage. */
    RESERVE
}
