package io.policyengine.policies.ai.shared.budget;

import io.policyengine.core.params.Doc;

/** Treatments of requests with an unknown interface. */
@Doc("What becomes of a request in no known shape: denied with 400, or let pass and charged what is reserved for it.")
public enum UnknownRequest {
    DENY,
    /** The request passes, and is charged its reservation unless the response reports usage. */
    RESERVE
}
