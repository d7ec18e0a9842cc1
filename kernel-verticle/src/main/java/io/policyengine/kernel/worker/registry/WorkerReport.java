package io.policyengine.kernel.worker.registry;

import io.policyengine.core.worker.WorkerDescription;
import io.policyengine.kernel.worker.Worker;
import io.policyengine.kernel.worker.ownership.Declarations;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The current state of a worker in the registry, for operators.
 *
 * @param description the last accepted description, or null
 * @param refused policies that the worker declares but may not run
 */
public record WorkerReport(
        Worker worker,
        @Nullable WorkerDescription description,
        List<Declarations.Refused> refused,
        List<Replica> replicas) {
    /**
     * A replica of the worker.
     *
     * @param unavailableReason human-readable; empty if the replica is available
     * @param unwellPolicies human-readable reasons why policies are unhealthy, by policy name
     */
    public record Replica(
            String address, boolean callable, String unavailableReason, Map<String, String> unwellPolicies) {}

    static WorkerReport of(
            Worker worker,
            @Nullable WorkerDescription description,
            List<Declarations.Refused> refused,
            List<RegisteredReplica> replicas) {
        return new WorkerReport(
                worker,
                description,
                refused,
                replicas.stream()
                        .map(state -> new Replica(
                                state.address(), state.isCallable(), state.unavailableReason(), state.unwellPolicies()))
                        .toList());
    }
}
