package io.policyengine.policies.traffic.shared.counting;

import io.policyengine.core.params.Doc;

/** The form of the header fields that state a client's limits. */
@Doc("Form of the fields with a client's limits: draft is RateLimit and RateLimit-Policy, legacy the three older ones.")
public enum FieldsForm {
    /** RateLimit-Policy and RateLimit, structured fields. */
    DRAFT,
    /** RateLimit-Limit, RateLimit-Remaining and RateLimit-Reset, of the limit with the fewest requests left. */
    LEGACY,
    NONE
}
