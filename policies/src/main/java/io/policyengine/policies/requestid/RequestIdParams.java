package io.policyengine.policies.requestid;

import io.policyengine.core.params.Default;
import io.policyengine.core.params.Doc;

/** Parameters of {@code requestId}. */
@Doc("Gives each request an id that client, upstream and log share.")
record RequestIdParams(
        @Doc("Field that carries the id, in request and response.") @Default("\"X-Request-ID\"")
        String header,

        @Doc(
                "Whether an id that the request already has is kept, if it is well-formed: 1 to 128 letters, digits, or characters of -._~:+/=@")
        @Default("false")
        boolean trustClient,

        @Doc("Whether the response gets the id. It counts in a response flow.") @Default("true")
        boolean addToResponse) {}
