package io.policyengine.policies.shared.denial;

import io.policyengine.core.params.Doc;

/** The format of a policy's denials. */
@Doc("Form of the body of a denial: json is {\"error\", \"code\"}, problem is problem+json of RFC 9457.")
public enum DenialFormat {
    /** {@code {"error": …, "code": …}} as application/json. */
    JSON,
    /** Problem details (RFC 9457) as application/problem+json, with the code as an extension member. */
    PROBLEM
}
