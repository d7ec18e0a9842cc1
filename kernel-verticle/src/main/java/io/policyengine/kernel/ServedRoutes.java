package io.policyengine.kernel;

import io.policyengine.core.config.WorkerEndpointConfig;
import io.policyengine.kernel.generation.Generation;
import io.policyengine.kernel.plan.RoutePlan;
import io.policyengine.kernel.worker.Worker;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The routes that the kernel has been able to serve since it started, for its readiness. At first it is ready when all routes can be
 * served, so that no rollout replaces an instance by one that serves less. From then on it is ready as long as all routes that could be
 * served before still can, so that a route which never worked takes no other down. Holds a name for each route of the running configuration
 * at most. Belongs to the kernel's event loop.
 */
final class ServedRoutes {
    private final Set<String> served = new HashSet<>();
    private boolean wasReady;

    /**
     * Notes which routes of a generation can be served now.
     *
     * @param unavailable names of the workers that cannot be called
     */
    void note(Generation generation, Set<String> unavailable) {
        List<RoutePlan> plans = generation.plans();
        boolean all = true;
        for (RoutePlan plan : plans) {
            if (isServed(plan)) {
                served.add(plan.routeName());
            } else {
                // One that is refused for what its configuration says waits for nothing.
                boolean waits = plan.missingWorker() != null || plan.isAwaited();
                all &= !waits || isExpendable(generation, plan, unavailable);
            }
        }
        // A set: in a list each of ten thousand names would be looked for among ten thousand.
        served.retainAll(plans.stream().map(RoutePlan::routeName).collect(Collectors.toSet()));
        // Where all routes are refused nothing has been served.
        wasReady |= all && plans.stream().anyMatch(ServedRoutes::isServed);
    }

    private static boolean isServed(RoutePlan plan) {
        return plan.refusal() == null && plan.missingWorker() == null;
    }

    /** True if the kernel is ready although the route has to wait for a worker, one of those that are not available. */
    boolean isExpendable(Generation generation, RoutePlan plan, Set<String> unavailable) {
        return waitsForOptionalWorkers(generation, plan, unavailable)
                || (wasReady && !served.contains(plan.routeName()));
    }

    /** Nobody knows the policies of a worker that has not answered since the start: the route may wait for any of these workers. */
    private static boolean waitsForOptionalWorkers(Generation generation, RoutePlan plan, Set<String> unavailable) {
        Worker missing = plan.missingWorker();
        if (missing == null && !plan.isAwaited()) {
            return false;
        }
        Set<String> awaited = missing == null ? unavailable : Set.of(missing.name());
        Set<String> optional = generation.config().kernel().workers().stream()
                .filter(WorkerEndpointConfig::optional)
                .map(WorkerEndpointConfig::name)
                .collect(Collectors.toSet());
        return !awaited.isEmpty() && optional.containsAll(awaited);
    }
}
