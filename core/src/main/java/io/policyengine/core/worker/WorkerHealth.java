package io.policyengine.core.worker;

import java.util.Map;

/**
 * The health of a worker.
 *
 * @param message why it accepts no calls, for users; empty if it does
 * @param unhealthyPolicies a sentence per unhealthy policy, by name; they do not make the worker unhealthy
 */
public record WorkerHealth(boolean serving, String message, Map<String, String> unhealthyPolicies) {}
