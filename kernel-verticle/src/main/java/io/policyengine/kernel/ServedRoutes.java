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
 * The routes that have been servable at least once since the kernel started; the kernel's readiness depends on them.
 * The kernel becomes ready when all routes can be served, so that a rollout never replaces an instance with one that
 * serves fewer routes. Afterwards it stays ready while every route that has been servable can still be served. A route
 * that never worked does not make the kernel unready. Holds at most one name per route of the running configuration.
 * Confined to the kernel's event loop.
 */
final class ServedRoutes {
    private final Set<String> served = new HashSet<>();
    private boolean wasReady;

    /**
     * Records which routes of a generation can be served now.
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
                // A route refused for its configuration does not wait.
                boolean waits = plan.missingWorker() != null || plan.isAwaited();
                all &= !waits || isExpendable(generation, plan, unavailable);
            }
        }
        // A set, since a list would be searched for each of ten thousand names.
        served.retainAll(plans.stream().map(RoutePlan::routeName).collect(Collectors.toSet()));
        // If all routes are refused, none has been served.
        wasReady |= all && plans.stream().anyMatch(ServedRoutes::isServed);
    }

    private static boolean isServed(RoutePlan plan) {
        return plan.refusal() == null && plan.missingWorker() == null;
    }

    /** Returns whether the kernel may be ready although the route waits for one of the unavailable workers. */
    boolean isExpendable(Generation generation, RoutePlan plan, Set<String> unavailable) {
        return waitsForOptionalWorkers(generation, plan, unavailable)
                || (wasReady && !served.contains(plan.routeName()));
    }

    /**
     * Returns whether the route waits for optional workers only. While the owner of a policy is unknown, the route
     * counts as waiting for every unavailable worker.
     */
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
