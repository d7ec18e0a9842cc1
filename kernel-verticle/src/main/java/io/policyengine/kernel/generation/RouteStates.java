package io.policyengine.kernel.generation;

import io.policyengine.kernel.change.RouteNameList;
import io.policyengine.kernel.plan.RoutePlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The states of a generation's routes.
 *
 * @param routes the number of route policies
 * @param refused names of routes that cannot be served
 * @param awaited names of routes whose workers have not answered yet
 * @param lost names of routes that the last change removed, or left without policies
 * @param opened names of routes that have lost a guarantee of the previous generation, so more messages may pass
 * @param kept names of routes that stay served because a part of the last change was left out
 * @param open the number of entries in {@code open_routes}
 */
public record RouteStates(
        int routes,
        List<String> refused,
        List<String> awaited,
        List<String> lost,
        List<String> opened,
        List<String> kept,
        int open) {
    /**
     * The lost and opened routes since the previous configuration.
     *
     * @param lost names of lost routes
     * @param opened names of opened routes
     */
    record Changes(List<String> lost, List<String> opened) {
        static final Changes NONE = new Changes(List.of(), List.of());
    }

    /** The states of routes; the values of the metrics' label {@code state}. */
    public enum State {
        /** The route's exchanges are served while its workers are available. */
        SERVING,
        /** Each exchange of the route is answered with an error. */
        REFUSED,
        /** The route's state is unknown until a worker answers. */
        AWAITED,
        /** The route intentionally has no policies. */
        OPEN;

        /** The label value in metrics: the name in lower case. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public RouteStates {
        refused = List.copyOf(refused);
        awaited = List.copyOf(awaited);
        lost = List.copyOf(lost);
        opened = List.copyOf(opened);
        kept = List.copyOf(kept);
    }

    /**
     * Returns the states of routes.
     *
     * @param kept names of routes that stay served because a part of the last change was left out
     * @param open the number of entries in {@code open_routes}
     */
    static RouteStates of(List<RoutePlan> plans, Changes changes, List<String> kept, int open) {
        List<String> refused = new ArrayList<>();
        List<String> awaited = new ArrayList<>();
        for (RoutePlan plan : plans) {
            if (plan.isAwaited()) {
                awaited.add(plan.routeName());
            } else if (plan.refusal() != null) {
                refused.add(plan.routeName());
            }
        }
        return new RouteStates(plans.size(), refused, awaited, changes.lost(), changes.opened(), kept, open);
    }

    public int count(State state) {
        return switch (state) {
            case SERVING -> routes - refused.size() - awaited.size();
            case REFUSED -> refused.size();
            case AWAITED -> awaited.size();
            case OPEN -> open;
        };
    }

    /** Returns a human-readable reason if the generation can serve none of its routes, else null. */
    public @Nullable String obstacle() {
        return routes > 0 && refused.size() == routes
                ? "every route is refused (" + RouteNameList.of(refused) + "): GET /config says why"
                : null;
    }

    /** Human-readable remarks about the generation's routes, for operators. */
    public List<String> remarks() {
        List<String> remarks = new ArrayList<>();
        if (!refused.isEmpty() && refused.size() < routes) {
            remarks.add("degraded: " + refused.size() + " of " + routes + " routes are refused ("
                    + RouteNameList.of(refused) + "): GET /config says why");
        }
        if (!kept.isEmpty()) {
            remarks.add("a part of the last change is not in force, since it would refuse requests that are served,"
                    + " on routes "
                    + RouteNameList.of(kept) + " (on_refused_route: keep): GET /config says why");
        }
        if (!lost.isEmpty()) {
            remarks.add(lost.size() + " routes disappeared, or lost their policies, with the last change ("
                    + RouteNameList.of(lost) + ")");
        }
        if (!opened.isEmpty()) {
            remarks.add(opened.size() + (opened.size() == 1 ? " route lets" : " routes let")
                    + " messages pass that were stopped before the last change, or before a worker declared other"
                    + " facts (" + RouteNameList.of(opened) + "): GET /routes shows which requests pass");
        }
        return remarks;
    }
}
