package io.policyengine.policies.traffic.shared.counting;

import io.policyengine.core.params.Doc;

/** The form of the header fields that state a client's limits. */
@Doc("Header fields that state a client's limits: draft is RateLimit and RateLimit-Policy; legacy is the three older "
        + "RateLimit-* fields.")
public enum FieldsForm {
    /** RateLimit-Policy and RateLimit, structured fields. */
    DRAFT,
    /** RateLimit-Limit, RateLimit-Remaining and RateLimit-Reset, for the limit with the fewest remaining requests. */
    LEGACY,
    NONE
}
