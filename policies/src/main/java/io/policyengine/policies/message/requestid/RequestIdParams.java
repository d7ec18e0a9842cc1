package io.policyengine.policies.message.requestid;

import io.policyengine.core.params.Default;
import io.policyengine.core.params.Doc;

@Doc("Gives each request an id that client, upstream and log share.")
record RequestIdParams(
        @Doc("Field that carries the id, in request and response.") @Default("\"X-Request-ID\"")
        String header,

        @Doc("True to keep an id that the request already has, if it is well-formed: 1 to 128 letters, digits, or "
                + "characters of -._~:+/=@")
        @Default("false")
        boolean trustClient,

        @Doc("True to send the id in the response. Has an effect in a response flow only.") @Default("true")
        boolean addToResponse) {}
