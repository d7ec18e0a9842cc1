package io.policyengine.kernel.worker.registry;

import io.policyengine.core.worker.WorkerDescription;
import io.policyengine.kernel.worker.Worker;
import io.policyengine.kernel.worker.ownership.Declarations;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The registry's current knowledge of a worker.
 *
 * @param description the last accepted one, or null
 * @param refused policies that it declares and may not run
 */
public record WorkerReport(
        Worker worker,
        @Nullable WorkerDescription description,
        List<Declarations.Refused> refused,
        List<Replica> replicas) {
    /**
     * A replica of the worker.
     *
     * @param unavailableReason reason for users; empty if it is available
     * @param unwellPolicies reasons of unhealthy policies, for users, by name
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
