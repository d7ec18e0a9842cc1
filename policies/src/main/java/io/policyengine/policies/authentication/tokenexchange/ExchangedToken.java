package io.policyengine.policies.authentication.tokenexchange;

import io.policyengine.core.policy.RequestOutcome;
import io.vertx.core.Future;

/** The result of a token exchange: the outcome for all requests with the same client token. */
record ExchangedToken(Future<RequestOutcome> outcome) {
    /** Returns a text that reveals nothing of the token. */
    @Override
    public String toString() {
        return "Exchanged[***]";
    }
}
