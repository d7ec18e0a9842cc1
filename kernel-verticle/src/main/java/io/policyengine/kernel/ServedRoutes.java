package io.policyengine.kernel;

import io.policyengine.core.config.Required;
import io.policyengine.core.config.WorkerEndpointConfig;
import io.policyengine.core.time.Ticker;
import io.policyengine.kernel.plan.RoutePlan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The routes that have been servable at least once since the kernel started. The kernel becomes ready when no route
 * waits for a worker. So a rollout does not replace an instance with one that serves fewer routes. The kernel never
 * waits for workers with {@link Required#FALSE}. After {@link #PATIENCE}, it waits for workers with
 * {@link Required#AUTO} only while more than half of the routes wait. A ready kernel becomes unready only because of
 * routes that it could serve before. Holds at most one name per route of the running configuration. Confined to the
 * kernel's event loop.
 */
final class ServedRoutes {
    /** Maximum time after the start for which the kernel waits although at most half of the routes wait for workers. */
    static final Duration PATIENCE = Duration.ofMinutes(1);

    private final Ticker ticker;
    private final long started;
    private final Set<String> served = new HashSet<>();
    private boolean wasReady;

    ServedRoutes(Ticker ticker) {
        this.ticker = ticker;
        this.started = ticker.nanoTime();
    }

    /**
     * The routes that wait for workers.
     *
     * @param blocking the routes that keep the kernel from being ready
     */
    record Waiting(List<RoutePlan> blocking, List<RoutePlan> others) {}

    /**
     * Records which routes of a generation can be served now, and returns the routes that wait for a worker. A route
     * that is refused because of its configuration does not wait.
     *
     * @param plans the plans of all routes of the generation
     * @param workers the workers of the generation's configuration
     * @param unavailable names of the workers that cannot be called
     */
    Waiting note(List<RoutePlan> plans, List<WorkerEndpointConfig> workers, Set<String> unavailable) {
        Map<String, Required> required = new HashMap<>();
        workers.forEach(worker -> required.putIfAbsent(worker.name(), worker.required()));
        List<RoutePlan> blocking = new ArrayList<>();
        List<RoutePlan> others = new ArrayList<>();
        List<RoutePlan> automatic = new ArrayList<>();
        int usable = 0;
        for (RoutePlan plan : plans) {
            if (isServed(plan)) {
                usable++;
                served.add(plan.routeName());
            } else if (plan.refusal() == null || plan.isAwaited()) {
                usable++;
                boolean neverWorked = wasReady && !served.contains(plan.routeName());
                switch (neverWorked ? Required.FALSE : strongest(awaited(plan, unavailable), required)) {
                    case TRUE -> blocking.add(plan);
                    case AUTO -> automatic.add(plan);
                    case FALSE -> others.add(plan);
                }
            }
        }
        boolean isPatient = !wasReady && ticker.nanoTime() - started < PATIENCE.toNanos();
        (isPatient || automatic.size() * 2 > usable ? blocking : others).addAll(automatic);
        // A set, since a list would be searched for each of ten thousand names.
        served.retainAll(plans.stream().map(RoutePlan::routeName).collect(Collectors.toSet()));
        // If all routes are refused, none has been served.
        wasReady |= blocking.isEmpty() && plans.stream().anyMatch(ServedRoutes::isServed);
        return new Waiting(blocking, others);
    }

    private static boolean isServed(RoutePlan plan) {
        return plan.refusal() == null && plan.missingWorker() == null;
    }

    /**
     * Returns the names of the workers for which a route waits. While the owner of a policy is unknown, the route counts
     * as waiting for every unavailable worker.
     */
    private static Set<String> awaited(RoutePlan plan, Set<String> unavailable) {
        return plan.isAwaited()
                ? unavailable
                : plan.required().stream()
                        .filter(chain -> !chain.isAvailable())
                        .map(chain -> chain.worker().name())
                        .collect(Collectors.toSet());
    }

    private static Required strongest(Set<String> workers, Map<String, Required> required) {
        Set<Required> all = workers.stream()
                .map(worker -> required.getOrDefault(worker, Required.AUTO))
                .collect(Collectors.toSet());
        if (all.contains(Required.TRUE)) {
            return Required.TRUE;
        }
        return all.isEmpty() || all.contains(Required.AUTO) ? Required.AUTO : Required.FALSE;
    }
}
