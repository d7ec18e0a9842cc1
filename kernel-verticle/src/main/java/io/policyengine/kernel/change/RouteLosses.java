package io.policyengine.kernel.change;

import io.policyengine.core.config.EngineConfig;
import io.policyengine.core.config.RouteConfig;
import io.policyengine.core.error.Location;
import io.policyengine.core.error.Problem;
import io.policyengine.core.who.change.NextRoute;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The routes that a configuration loses compared with the previous one.
 *
 * @param routes the number of routes in the previous configuration
 * @param served the number of previous routes that were not refused
 * @param lost names of routes that are gone, or have no policy left
 * @param lostServed the number of lost routes that were not refused before
 * @param opened names of lost routes whose requests may now match a prefix in {@code open_routes}
 */
public record RouteLosses(int routes, int served, List<String> lost, int lostServed, List<String> opened) {
    /**
     * The minimum number of previous routes for which the maximum percentage of lost routes applies. With fewer routes,
     * the loss of one route would easily exceed the percentage.
     */
    private static final int FEWEST = 10;

    private static final int ALL = 100;

    private static final String REMEDY =
            ": if this is intended, set policy_kernel.allow_loss: true, or POST /config:reload?allow_loss=true";

    public RouteLosses {
        lost = List.copyOf(lost);
        opened = List.copyOf(opened);
    }

    /** Returns the routes that a configuration loses compared with the previous one. */
    public static RouteLosses between(PlannedRoutes before, PlannedRoutes wanted) {
        Map<String, Integer> places = wanted.places();
        List<String> lost = new ArrayList<>();
        List<String> opened = new ArrayList<>();
        NextRoute next = new NextRoute(wanted.config());
        int served = 0;
        int lostServed = 0;
        for (int i = 0; i < before.plans().size(); i++) {
            RouteConfig route = before.config().routes().get(i);
            boolean wasServed = before.plans().get(i).refusal() == null;
            served += wasServed ? 1 : 0;
            Integer place = places.get(route.key());
            RouteConfig now = place == null ? null : wanted.config().routes().get(place);
            if (place == null || now == null || isStripped(route, now)) {
                lost.add(route.routeName());
                lostServed += wasServed ? 1 : 0;
                if (now == null && !route.isWithoutPolicies() && next.mayBeOpen(route)) {
                    opened.add(route.routeName());
                }
            }
        }
        return new RouteLosses(before.plans().size(), served, lost, lostServed, opened);
    }

    /** Returns whether a prefix in {@code open_routes} matches, or may match, the requests of a lost route. */
    public static boolean opens(EngineConfig now, RouteConfig lost) {
        return new NextRoute(now).mayBeOpen(lost);
    }

    private static boolean isStripped(RouteConfig before, RouteConfig now) {
        return now.isWithoutPolicies() && !before.isWithoutPolicies();
    }

    /**
     * Returns the objections to losses that look like an accident; empty if no loss looks like one.
     *
     * @param max maximum percentage of routes that may be lost; applies to all routes, and also to the served routes
     *     alone
     */
    public List<Problem> objections(int max) {
        Problem tooMany = objection(max);
        List<Problem> objections = new ArrayList<>();
        if (tooMany != null) {
            objections.add(tooMany);
        }
        if (!opened.isEmpty()) {
            objections.add(Problem.error(
                    Location.ofFile("routes"),
                    "the requests of routes that would be lost (" + RouteNameList.of(opened)
                            + ") would pass without policies, by a prefix in policy_kernel.open_routes" + REMEDY));
        }
        return objections;
    }

    /**
     * Returns the objection to too many losses, or null.
     *
     * @param max maximum percentage of routes that may be lost; applies to all routes, and also to the served routes
     *     alone
     */
    private @Nullable Problem objection(int max) {
        boolean isTooMuch = lost.size() * ALL > max * routes || lostServed * ALL > max * served;
        return routes < FEWEST || !isTooMuch
                ? null
                : Problem.error(
                        Location.ofFile("routes"),
                        "of " + routes + " routes, " + lost.size() + " would be lost (" + RouteNameList.of(lost)
                                + "), but max_lost_routes is " + max + " %" + REMEDY);
    }
}
