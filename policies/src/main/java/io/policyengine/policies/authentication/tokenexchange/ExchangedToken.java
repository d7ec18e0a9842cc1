package io.policyengine.policies.authentication.tokenexchange;

import io.policyengine.core.policy.RequestOutcome;
import io.vertx.core.Future;

/** The result of an exchange: the outcome of all requests with the same token. */
record ExchangedToken(Future<RequestOutcome> outcome) {
    /** Returns a text that reveals nothing of the token. */
    @Override
    public String toString() {
        return "Exchanged[***]";
    }
}
