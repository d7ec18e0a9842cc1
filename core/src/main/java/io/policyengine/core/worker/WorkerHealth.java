package io.policyengine.core.worker;

import java.util.Map;

/**
 * The health of a worker: whether it takes calls.
 *
 * @param message why not, for people; empty if it does
 * @param unhealthyPolicies sentences by the name of the policy that is not well; they do not make the worker unhealthy
 */
public record WorkerHealth(boolean serving, String message, Map<String, String> unhealthyPolicies) {}
