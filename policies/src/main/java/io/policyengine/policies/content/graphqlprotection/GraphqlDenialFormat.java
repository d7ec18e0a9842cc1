package io.policyengine.policies.content.graphqlprotection;

import io.policyengine.core.params.Doc;

/** The form of the denials of {@code graphqlProtection}. */
@Doc(
        "Form of the body of a denial: json is {\"error\", \"code\"}, problem is problem+json of RFC 9457, graphql is a response of"
                + " GraphQL with errors.")
enum GraphqlDenialFormat {
    /** {@code {"error": …, "code": …}} as application/json. */
    JSON,
    /** Problem details (RFC 9457). */
    PROBLEM,
    /** {@code {"errors": [{"message": …, "extensions": {"code": …}}]}} as application/json. */
    GRAPHQL
}
