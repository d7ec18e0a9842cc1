package io.policyengine.kernel.change;

import io.policyengine.core.config.Overrides;
import io.policyengine.core.config.RouteConfig;
import io.policyengine.core.error.Location;
import io.policyengine.core.error.Problem;
import io.policyengine.core.who.AnsweredRoute;
import io.policyengine.core.who.Opening;
import io.policyengine.core.who.RouteDiff;
import io.policyengine.core.who.RouteDiff.Change;
import io.policyengine.core.who.change.NextRoute;
import io.policyengine.core.who.change.RouteChanges;
import io.policyengine.core.who.words.Consequence;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * The routes that a configuration opens compared with the previous one: messages pass without a guarantee that they had
 * before.
 *
 * @param routes the number of routes in the previous configuration
 * @param opened the differences of the opened routes
 * @param unknown whether requests without a route policy now pass although they were refused before
 * @param isComplete whether all routes were compared; routes that were not compared are assumed to open
 */
public record RouteOpenings(int routes, List<RouteDiff> opened, boolean unknown, boolean isComplete) {
    /** The result for the first configuration, which opens no routes. */
    public static final RouteOpenings NONE = new RouteOpenings(0, List.of(), false, true);

    /** Maximum number of opened routes that are reported one by one; further routes are only counted. */
    private static final int MAX_TOLD = 20;

    private static final int ALL = 100;

    private static final String REMEDY =
            ". If this is intended, set policy_kernel.allow_open: true, or POST /config:reload?allow_open=true";

    private static final String UNKNOWN_EFFECTS =
            " (a worker is away, so that the effects of its policies are not known: repeat the change when it is back)";

    private static final String MORE_WAYS = " (in more ways than can be listed and accepted: use fewer conditions)";

    private static final Overrides NO_OVERRIDES = new Overrides(List.of(), List.of());

    public RouteOpenings {
        opened = List.copyOf(opened);
    }

    /**
     * Compares a configuration with the previous one. A route without an answer opens nothing.
     *
     * @param before the previous configuration, with {@link RouteAnswers#known}
     * @param wanted the new configuration, with {@link RouteAnswers#judged}
     */
    public static RouteOpenings between(RouteChanges.Side before, RouteChanges.Side wanted) {
        RouteChanges changes = RouteChanges.between(before, wanted);
        NextRoute next = new NextRoute(wanted.config());
        // RouteLosses objects to routes that are lost to open prefixes.
        List<RouteDiff> opened = changes.opened().stream()
                .filter(diff -> !isLostToOpen(next, diff))
                .toList();
        return new RouteOpenings(
                before.config().routes().size(), opened, changes.isUnknownOpened(), changes.isComplete());
    }

    /** Returns whether the requests of a lost route may pass because a prefix in {@code open_routes} may match. */
    private static boolean isLostToOpen(NextRoute next, RouteDiff diff) {
        return diff.change() == Change.GONE && next.mayBeOpen(config(diff));
    }

    /** Returns the names of the opened routes. */
    public List<String> names() {
        Set<String> names = new LinkedHashSet<>();
        opened.forEach(diff -> names.add(config(diff).routeName()));
        if (unknown) {
            names.add("unknown_route");
        }
        return List.copyOf(names);
    }

    /** Returns the route policy before the change. */
    private static RouteConfig config(RouteDiff diff) {
        return before(diff).route().config();
    }

    private static AnsweredRoute before(RouteDiff diff) {
        return Objects.requireNonNull(diff.before());
    }

    /**
     * Returns the objections to the opened routes; empty if the change is permitted.
     *
     * @param max maximum percentage of routes that may be opened
     */
    public List<Problem> objections(int max) {
        int count = names().size();
        if (isComplete && (count == 0 || count * ALL <= max * routes)) {
            return List.of();
        }
        List<Problem> objections = new ArrayList<>();
        if (!isComplete) {
            objections.add(Problem.error(
                    Location.ofFile("routes"),
                    "the change is too large to be compared with the running configuration, so that it may open any"
                            + " route: make it in parts" + REMEDY));
        }
        if (unknown) {
            objections.add(Problem.error(
                    Location.ofFile("kernel.yaml"),
                    "requests of routes without a route policy would reach the upstream without any policy, by"
                            + " 'unknown_route: continue': set 'unknown_route: deny' in 'policy_kernel'" + REMEDY));
        }
        opened.stream().limit(MAX_TOLD).forEach(diff -> objections.add(objection(diff, max)));
        if (opened.size() > MAX_TOLD) {
            objections.add(Problem.error(
                    Location.ofFile("routes"), (opened.size() - MAX_TOLD) + " more routes would open" + REMEDY));
        }
        return objections;
    }

    private static Problem objection(RouteDiff diff, int max) {
        AnsweredRoute before = before(diff);
        AnsweredRoute after = Objects.requireNonNull(diff.after());
        List<Consequence> consequences = Consequence.of(before, after, diff.opened(), NO_OVERRIDES);
        Consequence first = consequences.getFirst();
        int more = consequences.size() - 1;
        return Problem.error(
                first.place(),
                "route '" + config(diff).routeName() + "' would open, but max_opened_routes is " + max + " %: "
                        + becomes(diff, after) + first.sentence()
                        + (more == 0 ? "" : ", and in " + more + (more == 1 ? " more way" : " more ways"))
                        + (diff.opened().openings().stream().allMatch(Opening::isComplete) ? "" : MORE_WAYS)
                        + (after.route().isKnown() ? "" : UNKNOWN_EFFECTS) + ": " + first.remedy() + REMEDY);
    }

    private static String becomes(RouteDiff diff, AnsweredRoute after) {
        String next = after.route().config().routeName();
        return switch (diff.change()) {
            case KEPT, NEW -> "";
            case GONE ->
                diff.isWithoutPolicies()
                        ? "its route policy is gone, and 'unknown_route: continue' lets its requests pass; "
                        : "its route policy is gone, and '" + next + "' applies to its requests; ";
            case MOVED ->
                diff.isWithoutPolicies()
                        ? "its requests of '" + diff.names()
                                + "' would pass by 'open_routes' or 'unknown_route: continue'; "
                        : "'" + next + "' would apply to its requests of '" + diff.names() + "'; ";
        };
    }
}
