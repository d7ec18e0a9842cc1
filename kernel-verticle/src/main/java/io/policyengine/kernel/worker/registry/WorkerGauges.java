package io.policyengine.kernel.worker.registry;

import io.policyengine.kernel.metrics.KernelMeters;
import io.policyengine.kernel.worker.Worker;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;

/**
 * The gauges of the running configuration's workers: availability, number of available replicas, calls in flight, their
 * adaptive limit, and refused policies. Confined to the registry's event loop; their values are read on any thread.
 */
final class WorkerGauges {
    private final KernelMeters meters;
    private final ToIntFunction<String> refused;
    private final Map<String, Runnable> shown = new HashMap<>();
    private volatile WorkerSet current = new WorkerSet(Map.of(), List.of());

    /**
     * Creates an object without gauges.
     *
     * @param refused returns the number of a worker's refused policies, by its name; called on any thread
     */
    WorkerGauges(KernelMeters meters, ToIntFunction<String> refused) {
        this.meters = meters;
        this.refused = refused;
    }

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
        Runnable limit = meters.callLimit(worker, () -> current.adaptiveLimit(worker));
        return () -> {
            limit.run();
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
