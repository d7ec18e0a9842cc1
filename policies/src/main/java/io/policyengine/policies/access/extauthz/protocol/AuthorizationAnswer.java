package io.policyengine.policies.access.extauthz.protocol;

import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** An authorization service's answer, not yet checked. */
public sealed interface AuthorizationAnswer {
    /**
     * The service allows the request.
     *
     * @param headers fields to set on the request
     * @param removed names of fields to remove from the request
     * @param parameters query parameters to set
     * @param removedParameters names of query parameters to remove
     * @param responseHeaders fields to set on the response
     * @param metadata for later policies, or null
     */
    record Allowed(
            List<HeaderChange> headers,
            List<String> removed,
            Map<String, String> parameters,
            List<String> removedParameters,
            List<HeaderChange> responseHeaders,
            @Nullable ObjectNode metadata)
            implements AuthorizationAnswer {}

    /**
     * The service denies the request with this response.
     *
     * @param status 0 if the service leaves it to the policy
     * @param headers fields to set on the response
     * @param body empty if the service leaves it to the policy
     */
    record Denied(int status, List<HeaderChange> headers, Buffer body) implements AuthorizationAnswer {}
}
