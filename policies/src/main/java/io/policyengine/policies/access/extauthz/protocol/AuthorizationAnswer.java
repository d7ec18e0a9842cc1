package io.policyengine.policies.access.extauthz.protocol;

import io.policyengine.core.callout.CalloutException;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * An unchecked answer of an authorization service. Only a readable permission lets a request pass, in every protocol.
 */
public sealed interface AuthorizationAnswer {
    /** A denial without status, fields or body. */
    Denied DENIED = new Denied(0, List.of(), Buffer.buffer());

    /**
     * Returns the answer for a failed call. If the request caused the failure, or the response is too long, the answer
     * is undecided. If the response violates the protocol, the answer is invalid. Any other failure is returned
     * unchanged. A client must not be able to turn an answer into a failure, for example by values that the service
     * reflects.
     */
    static Future<AuthorizationAnswer> ofFailure(Throwable failure) {
        if (!(failure instanceof CalloutException callout)) {
            return Future.failedFuture(failure);
        }
        if (callout.isOfRequest() || callout.kind() == CalloutException.Kind.TOO_LARGE) {
            return Future.succeededFuture(new Undecided(DENIED));
        }
        return callout.kind() == CalloutException.Kind.MALFORMED
                ? Future.succeededFuture(new Invalid(String.valueOf(callout.getMessage())))
                : Future.failedFuture(failure);
    }

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
     * @param status any number; the policy replaces one that cannot be sent
     * @param headers fields to set on the response, any of which may be illegal
     * @param body empty if the policy is to create the body
     */
    record Denied(int status, List<HeaderChange> headers, Buffer body) implements AuthorizationAnswer {}

    /**
     * The service has not decided: the request could not be sent to it, the service refused it, or the answer is too
     * long. Only this request is denied.
     *
     * @param denial the response to this request
     */
    record Undecided(Denied denial) implements AuthorizationAnswer {}

    /**
     * The service's answer is neither a denial nor a readable permission.
     *
     * @param why the target and the reason, for the log; contains no value of the answer
     */
    record Invalid(String why) implements AuthorizationAnswer {}
}
