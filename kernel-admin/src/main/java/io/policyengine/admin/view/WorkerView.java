package io.policyengine.admin.view;

import io.policyengine.core.params.Doc;
import io.policyengine.core.worker.WorkerDescription;
import io.policyengine.kernel.worker.ownership.Declarations;
import io.policyengine.kernel.worker.registry.WorkerReport;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A worker and its replicas. */
@Doc("A worker and its replicas.")
public record WorkerView(
        @Doc("The configured name.") String name,

        @Doc("True if a replica of the worker can be called.")
        boolean available,

        @Doc("True if chains continue without the worker, unless their entries specify otherwise.")
        boolean failOpen,

        @Doc("Version of the worker's software; absent if the worker has not answered.") @Nullable
        String version,

        @Doc("Version of the worker protocol that the worker speaks.") @Nullable
        String protocolVersion,

        @Doc("The policies that the worker declares and runs.")
        List<String> policies,

        @Doc("The policies that the worker declares but may not run.")
        List<RefusedPolicy> refusedPolicies,

        @Doc("The worker's replicas.") List<Replica> replicas) {
    /** A policy that the worker declares but may not run. */
    @Doc("A policy that the worker declares but may not run.")
    public record RefusedPolicy(
            @Doc("The policy.") String policy,
            @Doc("The reason for the refusal.") String reason) {}

    /** A replica of a worker. */
    @Doc("One replica.")
    public record Replica(
            @Doc("The replica's address.") String address,
            @Doc("True if the replica can be called.") boolean callable,

            @Doc("The reason why the replica cannot be called.") @Nullable
            String unavailableReason,

            @Doc("Policies that report an unhealthy dependency. They still run.")
            List<UnwellPolicy> unwellPolicies) {}

    /** A policy that reports an unhealthy dependency. */
    @Doc("A policy that is unhealthy in a replica.")
    public record UnwellPolicy(
            @Doc("Name of the policy.") String policy,
            @Doc("The reason.") String reason) {}

    /** The list of all workers. */
    @Doc("All workers, in the order of the configuration.")
    public record All(List<WorkerView> workers) {}

    public static WorkerView of(WorkerReport report) {
        WorkerDescription description = report.description();
        Set<String> refused =
                report.refused().stream().map(Declarations.Refused::policy).collect(Collectors.toSet());
        return new WorkerView(
                report.worker().name(),
                report.worker().isAvailable(),
                report.worker().failOpen(),
                description == null ? null : description.version(),
                description == null ? null : description.protocolVersion().toString(),
                description == null
                        ? List.of()
                        : description.policies().stream()
                                .map(policy -> policy.descriptor().name())
                                .filter(policy -> !refused.contains(policy))
                                .toList(),
                report.refused().stream()
                        .map(one -> new RefusedPolicy(one.policy(), one.why()))
                        .toList(),
                report.replicas().stream().map(WorkerView::replica).toList());
    }

    private static Replica replica(WorkerReport.Replica replica) {
        return new Replica(
                replica.address(),
                replica.callable(),
                replica.callable() ? null : replica.unavailableReason(),
                new TreeMap<>(replica.unwellPolicies())
                        .entrySet().stream()
                                .map(unwell -> new UnwellPolicy(unwell.getKey(), unwell.getValue()))
                                .toList());
    }
}
