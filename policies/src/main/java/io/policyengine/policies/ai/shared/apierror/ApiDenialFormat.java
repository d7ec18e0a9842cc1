package io.policyengine.policies.ai.shared.apierror;

import io.policyengine.core.params.Doc;

/** The formats of the body with which a model request is denied. */
@Doc("Form of the body of a denial.")
public enum ApiDenialFormat {
    /** The error format of the request's interface, or JSON if the interface is unknown. */
    PROVIDER,
    /** A JSON object with {@code error} and {@code code}. */
    JSON,
    /** Problem details (RFC 9457). */
    PROBLEM
}
