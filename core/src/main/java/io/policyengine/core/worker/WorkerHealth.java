package io.policyengine.core.worker;

import java.util.Map;

/**
 * The health of a worker.
 *
 * @param message the reason why the worker accepts no calls, as text for operators; empty if it accepts calls
 * @param unhealthyPolicies a sentence for each unhealthy policy, by policy name; the worker itself may still accept
 *     calls
 * @param load the queues of the worker
 */
public record WorkerHealth(boolean serving, String message, Map<String, String> unhealthyPolicies, WorkerLoad load) {
    /** Creates the health of a worker whose queues are empty. */
    public WorkerHealth(boolean serving, String message, Map<String, String> unhealthyPolicies) {
        this(serving, message, unhealthyPolicies, WorkerLoad.NONE);
    }
}
