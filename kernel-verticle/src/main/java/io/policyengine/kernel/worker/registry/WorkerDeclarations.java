package io.policyengine.kernel.worker.registry;

import io.policyengine.core.policy.PolicyDescriptor;
import io.policyengine.core.worker.WorkerDescription;
import io.policyengine.kernel.metrics.KernelMeters;
import io.policyengine.kernel.worker.ownership.Declarations;
import io.policyengine.kernel.worker.ownership.OwnershipRefusals;
import io.policyengine.kernel.worker.ownership.Roster;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The declarations of workers and their consequences in the running configuration: the owner of each policy, the
 * refused policies, and the unhealthy ones. Confined to the registry's event loop.
 */
final class WorkerDeclarations {
    private final RegisteredReplicas replicas;
    private final WorkerSets sets;
    private final Roster roster;
    private final OwnershipRefusals refusals = new OwnershipRefusals();
    private final PolicyHealth policies;

    /**
     * Creates an object without declarations.
     *
     * @param builtIn the engine's own policies, by name
     */
    WorkerDeclarations(
            RegisteredReplicas replicas, WorkerSets sets, Map<String, PolicyDescriptor> builtIn, KernelMeters meters) {
        this.replicas = replicas;
        this.sets = sets;
        this.roster = new Roster(builtIn);
        this.policies = new PolicyHealth(meters);
    }

    /** Returns the workers' descriptions and the owner of each policy. */
    Roster roster() {
        return roster;
    }

    Declarations current() {
        return roster.declarations(sets.current());
    }

    /**
     * Updates a worker's descriptions from its accepted replicas. Without accepted replicas, the last descriptions
     * remain. Returns whether the descriptions have changed.
     */
    boolean update(String worker) {
        List<WorkerDescription> said = replicas.descriptions(worker, sets.current());
        return !said.isEmpty() && roster.accept(worker, said);
    }

    /** Logs and counts refused policies, and updates the health of policies. */
    void report(Declarations declarations) {
        refusals.report(declarations.refused());
        refreshHealth();
    }

    void refreshHealth() {
        policies.refresh(sets.current(), roster::description);
    }

    /** Returns the number of a worker's refused policies. Thread-safe. */
    int refusedOf(String worker) {
        return refusals.count(worker);
    }

    /** Returns human-readable remarks about unhealthy policies. Thread-safe. */
    List<String> healthRemarks() {
        return policies.remarks();
    }

    /** Returns reports on the workers, in the order of the configuration. */
    List<WorkerReport> workers() {
        Declarations declarations = current();
        List<WorkerReport> reports = new ArrayList<>();
        sets.current()
                .replicas()
                .forEach((worker, known) -> reports.add(WorkerReport.of(
                        worker, roster.description(worker.name()), declarations.refusedOf(worker.name()), known)));
        return reports;
    }
}
