package io.policyengine.testkit.policy;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.policy.Metadata;
import io.policyengine.core.policy.TrailersOutcome;

/**
 * The outcome of running a policy on trailers.
 *
 * @param trailers the fields for the next policy, the client or the upstream
 * @param metadata the metadata after the policy
 */
public record TrailersRun(TrailersOutcome outcome, HeaderMap trailers, Metadata metadata) {}
