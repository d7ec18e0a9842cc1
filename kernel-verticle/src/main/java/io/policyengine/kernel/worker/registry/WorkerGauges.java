package io.policyengine.kernel.worker.registry;

import io.policyengine.kernel.metrics.KernelMeters;
import io.policyengine.kernel.worker.Worker;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;

/**
 * The metrics of the running configuration's workers: whether each can be called and by how many replicas, how many calls are
 * under way, and how many of its policies are refused. Belongs to the registry's event loop; what they show is read on any thread.
 */
final class WorkerGauges {
    private final KernelMeters meters;
    private final ToIntFunction<String> refused;
    private final Map<String, Runnable> shown = new HashMap<>();
    private volatile WorkerSet current = new WorkerSet(Map.of(), List.of());

    /**
     * Nothing is shown yet.
     *
     * @param refused how many policies of a worker are refused, by its name; asked on any thread
     */
    WorkerGauges(KernelMeters meters, ToIntFunction<String> refused) {
        this.meters = meters;
        this.refused = refused;
    }

    /** These workers are shown from now on, and no others. */
    void show(WorkerSet set) {
        current = set;
        for (Worker worker : set.workers()) {
            shown.computeIfAbsent(worker.name(), this::gauges);
        }
        shown.entrySet().removeIf(gauge -> {
            boolean gone = !set.has(gauge.getKey());
            if (gone) {
                gauge.getValue().run();
            }
            return gone;
        });
    }

    private Runnable gauges(String worker) {
        Runnable health = meters.workerHealth(worker, () -> isAvailable(worker));
        Runnable policies = meters.refusedPolicies(worker, () -> refused.applyAsInt(worker));
        Runnable replicas = meters.workerReplicas(
                worker, () -> current.callableReplicas(worker), () -> current.configuredReplicas(worker));
        Runnable calls = meters.callsInFlight(worker, () -> current.callsInFlight(worker));
        return () -> {
            calls.run();
            health.run();
            replicas.run();
            policies.run();
        };
    }

    private boolean isAvailable(String name) {
        return current.callableReplicas(name) > 0;
    }
}
