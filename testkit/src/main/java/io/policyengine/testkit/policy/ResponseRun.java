package io.policyengine.testkit.policy;

import io.policyengine.core.http.ResponseView;
import io.policyengine.core.policy.Metadata;
import io.policyengine.core.policy.ResponseOutcome;

/**
 * The outcome of running a policy on a response.
 *
 * @param response the response for the next policy or the client
 * @param metadata the metadata after the policy
 * @param exchangeId the id of the exchange
 */
public record ResponseRun(ResponseOutcome outcome, ResponseView response, Metadata metadata, long exchangeId) {}
