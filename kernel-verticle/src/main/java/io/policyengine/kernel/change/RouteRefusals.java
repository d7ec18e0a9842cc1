package io.policyengine.kernel.change;

import io.policyengine.core.config.EngineConfig;
import io.policyengine.core.config.RouteConfig;
import io.policyengine.core.error.Problem;
import io.policyengine.core.who.change.MovedRequests;
import io.policyengine.core.who.change.NextRoute;
import io.policyengine.core.who.change.NextRoute.Next;
import io.policyengine.kernel.plan.RoutePlan;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The requests that a configuration would refuse although the previous one serves them. A route that is already refused
 * may stay refused. The requests of a removed route may also move to a route policy that is already refused.
 *
 * @param refused one for each pair of a route that is served and a route policy that would refuse its requests
 */
public record RouteRefusals(List<Refused> refused) {
    /** The refusals of a configuration that refuses no served request. */
    public static final RouteRefusals NONE = new RouteRefusals(List.of());

    public RouteRefusals {
        refused = List.copyOf(refused);
    }

    /** The way to keep requests served by applying only a part of a change. */
    enum Fallback {
        /** The route keeps its previous route policy. */
        PREVIOUS,
        /** The new route policy is left out, so it receives no requests. */
        WITHOUT_NEW,
        IMPOSSIBLE
    }

    /**
     * Served requests that would be refused.
     *
     * @param route the name of the requests' route in the previous configuration
     * @param by the key of the route policy that would refuse the requests
     * @param problems the reasons, at least one
     * @param isAwaited whether that route policy only waits for a worker
     * @param isEdited whether the change edits or adds that route policy
     * @param fallback the way to keep them served
     */
    public record Refused(
            String route, String by, List<Problem> problems, boolean isAwaited, boolean isEdited, Fallback fallback) {
        static Refused by(RouteConfig by, String route, RoutePlan plan, boolean isEdited, Fallback fallback) {
            RoutePlan.Refusal refusal = plan.refusal();
            List<Problem> problems = refusal == null ? List.of() : refusal.problems();
            return new Refused(route, by.key(), problems, plan.isAwaited(), isEdited, fallback);
        }

        public Refused {
            problems = List.copyOf(problems);
        }
    }

    /** Returns the served requests that a configuration would refuse, compared with the previous one. */
    public static RouteRefusals between(PlannedRoutes before, PlannedRoutes wanted) {
        Map<String, Integer> places = before.places();
        List<Refused> refused = new ArrayList<>();
        Map<String, RoutePlan> others = new HashMap<>();
        for (int i = 0; i < wanted.plans().size(); i++) {
            RoutePlan plan = wanted.plans().get(i);
            RouteConfig route = wanted.config().routes().get(i);
            Integer place = places.get(route.key());
            if (place != null && isWorse(before.plans().get(place), plan)) {
                boolean isEdited = !route.runsTheSameAs(before.config().routes().get(place));
                refused.add(Refused.by(route, route.routeName(), plan, isEdited, Fallback.PREVIOUS));
            } else if (plan.refusal() != null) {
                others.put(route.key(), plan);
            }
        }
        if (!others.isEmpty()) {
            refused.addAll(taken(before, wanted, places, others));
        }
        return new RouteRefusals(refused);
    }

    /**
     * Returns whether a change refuses requests that were served before it. A route that waits for its worker is worse
     * off only if the worker could be called before.
     */
    private static boolean isWorse(RoutePlan before, RoutePlan after) {
        return after.refusal() != null
                && before.refusal() == null
                && (!after.isAwaited() || before.missingWorker() == null);
    }

    /**
     * Returns the requests of other routes that would move to refused route policies. A change too large to be compared
     * is rejected by {@link RouteOpenings}.
     *
     * @param places the places of the previous route policies, by key
     * @param refusing the plans of the refused route policies, by key
     */
    private static List<Refused> taken(
            PlannedRoutes before, PlannedRoutes wanted, Map<String, Integer> places, Map<String, RoutePlan> refusing) {
        List<Refused> taken = new ArrayList<>();
        Set<String> left = wanted.places().keySet();
        for (MovedRequests.Move move :
                MovedRequests.between(before.config(), wanted.config()).moves()) {
            if (!(move.to() instanceof Next.Policy(RouteConfig to))) {
                continue;
            }
            Integer place = places.get(move.from().key());
            RoutePlan plan = refusing.get(to.key());
            boolean isNew = !places.containsKey(to.key());
            boolean isLeft = left.contains(move.from().key());
            if (plan != null
                    && place != null
                    && (isNew || isLeft)
                    && isWorse(before.plans().get(place), plan)) {
                Fallback fallback = isNew && isLeft ? Fallback.WITHOUT_NEW : Fallback.IMPOSSIBLE;
                taken.add(Refused.by(to, move.from().routeName(), plan, isNew, fallback));
            }
        }
        taken.addAll(takenFromOpen(before.config(), wanted.config(), places.keySet(), refusing));
        return taken;
    }

    /** Returns the requests of {@code open_routes} that would move to new route policies that are refused. */
    private static List<Refused> takenFromOpen(
            EngineConfig before, EngineConfig wanted, Set<String> previous, Map<String, RoutePlan> refusing) {
        NextRoute earlier = new NextRoute(before);
        boolean isStillOpen =
                wanted.kernel().openRoutes().equals(before.kernel().openRoutes());
        List<Refused> taken = new ArrayList<>();
        for (RouteConfig route : wanted.routes()) {
            RoutePlan plan = refusing.get(route.key());
            if (plan != null && !previous.contains(route.key()) && earlier.of(route) instanceof Next.Open) {
                Fallback fallback = isStillOpen ? Fallback.WITHOUT_NEW : Fallback.IMPOSSIBLE;
                taken.add(Refused.by(route, route.routeName(), plan, true, fallback));
            }
        }
        return taken;
    }

    public boolean isEmpty() {
        return refused.isEmpty();
    }

    /** Returns whether a refusal may end when a worker answers later. */
    public boolean mayBeTemporary() {
        return refused.stream().anyMatch(Refused::isAwaited);
    }

    /** Returns a copy without the refusals that end when a worker answers. */
    public RouteRefusals lasting() {
        return new RouteRefusals(
                refused.stream().filter(one -> !one.isAwaited()).toList());
    }

    /**
     * Returns a copy that also contains the refusals that the change causes but an override still prevents. They would
     * take effect when the override ends.
     */
    public RouteRefusals andOfEdits(RouteRefusals withoutOverrides) {
        Set<String> known = new LinkedHashSet<>();
        refused.forEach(one -> known.add(one.by()));
        return new RouteRefusals(Stream.concat(
                        refused.stream(),
                        withoutOverrides.lasting().refused.stream()
                                .filter(Refused::isEdited)
                                .filter(one -> !known.contains(one.by())))
                .toList());
    }

    /**
     * Returns the part of a configuration that can take effect without refusing served requests; null if there is none.
     */
    public @Nullable EngineConfig kept(EngineConfig before, EngineConfig wanted) {
        if (refused.stream().anyMatch(one -> one.fallback() == Fallback.IMPOSSIBLE)) {
            return null;
        }
        Set<String> left = refused.stream().map(Refused::by).collect(Collectors.toSet());
        Map<String, RouteConfig> previous = new HashMap<>();
        before.routes().forEach(route -> previous.put(route.key(), route));
        List<RouteConfig> routes = new ArrayList<>();
        for (RouteConfig route : wanted.routes()) {
            RouteConfig earlier = left.contains(route.key()) ? previous.get(route.key()) : route;
            if (earlier != null) {
                routes.add(earlier);
            }
        }
        return wanted.withRoutes(routes);
    }

    /**
     * Returns the problems of the refused route policies, each once with the routes that it concerns.
     *
     * @param isKept whether the rest of the change takes effect
     */
    public List<Problem> problems(boolean isKept) {
        Map<Problem, Set<String>> routes = new LinkedHashMap<>();
        refused.forEach(one -> one.problems()
                .forEach(problem -> routes.computeIfAbsent(problem, _ -> new LinkedHashSet<>())
                        .add(one.route())));
        String consequence = isKept
                ? ", which stay served as before the change"
                : ", which are served now, so nothing of the change takes effect until this is corrected";
        return routes.entrySet().stream()
                .map(hit -> Problem.error(
                        hit.getKey().location(),
                        hit.getKey().message() + ": it would refuse the requests of "
                                + RouteNameList.of(List.copyOf(hit.getValue())) + consequence
                                + " (policy_kernel.on_refused_route)"))
                .toList();
    }

    /** Returns the names of the routes whose requests would be refused, each once. */
    public List<String> names() {
        return refused.stream().map(Refused::route).distinct().toList();
    }
}
