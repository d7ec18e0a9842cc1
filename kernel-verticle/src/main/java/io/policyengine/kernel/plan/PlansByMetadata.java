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
 * The plans of a route on which namespaces of Envoy's metadata replace bodies: one for each set of namespaces, made
 * with the generation, so that an exchange only selects one.
 *
 * @param namespaces at most {@value #MAX}
 * @param plans by the present namespaces: bit {@code i} of an index is the namespace at {@code i}; without the plan for
 *     none, index 0
 */
record PlansByMetadata(List<String> namespaces, List<RoutePlan> plans) {
    /** Namespaces that may take the place of bodies on one route: the number of plans doubles with each. */
    static final int MAX = 4;

    /** The plans of a route on which nothing replaces bodies. */
    static final PlansByMetadata NONE = new PlansByMetadata(List.of(), List.of());

    /** Copies. */
    PlansByMetadata {
        namespaces = List.copyOf(namespaces);
        plans = List.copyOf(plans);
    }

    /**
     * Makes the plans.
     *
     * @param plan makes the plan where these namespaces came
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

    /** Notes where a route has too many such namespaces. */
    static void checkNumber(RouteConfig route, List<String> namespaces, List<Problem> problems) {
        if (namespaces.size() > MAX) {
            problems.add(Problem.error(
                    route.location(),
                    "its policies take metadata of Envoy's in " + namespaces.size()
                            + " namespaces in the place of bodies, and a route may have " + MAX + ": "
                            + String.join(", ", namespaces)));
        }
    }

    /** The plan for an exchange with whose request headers this came. */
    RoutePlan choose(EnvoyMetadata came, RoutePlan otherwise) {
        int set = 0;
        for (int i = 0; i < namespaces.size(); i++) {
            set |= came.has(namespaces.get(i)) ? 1 << i : 0;
        }
        return set == 0 ? otherwise : plans.get(set - 1);
    }

    /** Returns a copy with changed plans. */
    PlansByMetadata map(UnaryOperator<RoutePlan> change) {
        return new PlansByMetadata(namespaces, plans.stream().map(change).toList());
    }
}
