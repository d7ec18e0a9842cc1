package io.policyengine.testkit.policy;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.core.instruction.SetResponseHeader;
import io.policyengine.core.policy.Metadata;
import io.policyengine.core.policy.RequestOutcome;

/**
 * The outcome of a request.
 *
 * @param original the input
 * @param request the output to the next policy or the upstream; the input if it was denied
 * @param metadata after the policy
 * @param exchangeId of the exchange, shared with its response
 */
public record RequestRun(
        RequestOutcome outcome, RequestView original, RequestView request, Metadata metadata, long exchangeId) {
    /** True if the policy answered the client itself. */
    public boolean isDenied() {
        return outcome instanceof RequestOutcome.Respond;
    }

    /** The header fields that the policy left for the response; none if it answered the client itself. */
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
