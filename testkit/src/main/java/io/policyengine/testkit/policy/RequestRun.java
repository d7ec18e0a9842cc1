package io.policyengine.testkit.policy;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.core.instruction.SetResponseHeader;
import io.policyengine.core.policy.Metadata;
import io.policyengine.core.policy.RequestOutcome;

/**
 * The outcome of running a policy on a request.
 *
 * @param original the request that the policy received
 * @param request the request for the next policy or the upstream; equal to {@code original} if the policy denied
 * @param metadata the metadata after the policy
 * @param exchangeId the id of the exchange, shared with its response
 */
public record RequestRun(
        RequestOutcome outcome, RequestView original, RequestView request, Metadata metadata, long exchangeId) {
    /** Returns whether the policy answered the client itself. */
    public boolean isDenied() {
        return outcome instanceof RequestOutcome.Respond;
    }

    /** Returns the header fields that the policy adds to the response; empty if it answered the client itself. */
    public HeaderMap responseHeaders() {
        return isDenied() ? HeaderMap.empty() : SetResponseHeader.after(HeaderMap.empty(), outcome.instructions());
    }

    /**
     * Returns the policy's response to the client.
     *
     * @throws AssertionError if the request passed
     */
    public ImmediateResponse denial() {
        if (outcome instanceof RequestOutcome.Respond(ImmediateResponse response, var _)) {
            return response;
        }
        throw new AssertionError("the policy let the request pass: " + outcome);
    }
}
