package io.policyengine.kernel.plan;

import io.policyengine.core.config.RouteConfig;
import io.policyengine.core.error.Problem;
import io.policyengine.core.policy.EnvoyMetadata;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * The plans of a route on which metadata from Envoy can replace bodies: one for each set of metadata namespaces. All
 * are created with the generation, so that an exchange only selects one.
 *
 * @param namespaces the namespaces that replace bodies, at most {@value #MAX}
 * @param plans indexed by the bit mask of the present namespaces, minus 1
 */
record PlansByMetadata(List<String> namespaces, List<RoutePlan> plans) {
    /**
     * Maximum number of metadata namespaces that can replace bodies on one route. Each namespace doubles the number of
     * plans.
     */
    static final int MAX = 4;

    static final PlansByMetadata NONE = new PlansByMetadata(List.of(), List.of());

    PlansByMetadata {
        namespaces = List.copyOf(namespaces);
        plans = List.copyOf(plans);
    }

    /**
     * Creates a plan for each non-empty set of metadata namespaces.
     *
     * @param plan creates the plan for a set of present namespaces
     */
    static PlansByMetadata of(List<String> namespaces, Function<Set<String>, RoutePlan> plan) {
        List<RoutePlan> plans = new ArrayList<>();
        for (int set = 1; set < 1 << namespaces.size(); set++) {
            Set<String> came = new HashSet<>();
            for (int i = 0; i < namespaces.size(); i++) {
                if ((set & (1 << i)) != 0) {
                    came.add(namespaces.get(i));
                }
            }
            plans.add(plan.apply(came));
        }
        return namespaces.isEmpty() ? NONE : new PlansByMetadata(namespaces, plans);
    }

    /**
     * Adds a problem if the policies of a route can read metadata of more than {@value #MAX} namespaces instead of
     * bodies.
     */
    static void checkNumber(RouteConfig route, List<String> namespaces, List<Problem> problems) {
        if (namespaces.size() > MAX) {
            problems.add(Problem.error(
                    route.location(),
                    "its policies replace bodies by Envoy's metadata in " + namespaces.size()
                            + " namespaces, but a route may have at most " + MAX + ": "
                            + String.join(", ", namespaces)));
        }
    }

    /** Returns the plan for an exchange whose request headers arrived with the given metadata. */
    RoutePlan choose(EnvoyMetadata came, RoutePlan otherwise) {
        int set = 0;
        for (int i = 0; i < namespaces.size(); i++) {
            set |= came.has(namespaces.get(i)) ? 1 << i : 0;
        }
        return set == 0 ? otherwise : plans.get(set - 1);
    }

    PlansByMetadata map(UnaryOperator<RoutePlan> change) {
        return new PlansByMetadata(namespaces, plans.stream().map(change).toList());
    }
}
