package io.policyengine.policies.traffic.shared.limit;

import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.error.PolicyException;

/** Checks and rounds the costs of requests. The expressions that compute them may read client data. */
final class Costs {
    private Costs() {}

    /**
     * Rounds a cost up to a whole number of requests.
     *
     * @throws PolicyException if the cost is not a number, or if it is negative, which would credit the client
     */
    static long whole(Number cost) {
        // A uint beyond the range of long is not a Long; its double value is used.
        double about = cost.doubleValue();
        if (!(about >= 0)) {
            throw new PolicyException(
                    ErrorCode.INVALID_REQUEST,
                    "a cost must be a number of 0 or more, but its expression gave another value");
        }
        return cost instanceof Long exact ? exact : (long) Math.ceil(about);
    }
}
