package io.policyengine.policies.access.extauthz.protocol;

import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** An authorization service's answer, not yet checked. */
public sealed interface AuthorizationAnswer {
    /**
     * The request may pass.
     *
     * @param headers set on it
     * @param removed names of fields removed from it
     * @param parameters of the query that are set
     * @param removedParameters of the query that are removed
     * @param responseHeaders set on the response
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
     * The request is denied with this response.
     *
     * @param status 0 if the service leaves it to the policy
     * @param headers set on it
     * @param body empty if the service leaves it to the policy
     */
    record Denied(int status, List<HeaderChange> headers, Buffer body) implements AuthorizationAnswer {}
}
