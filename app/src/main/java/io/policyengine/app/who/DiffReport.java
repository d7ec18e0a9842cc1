package io.policyengine.app.who;

import io.policyengine.app.check.ConfCheck;
import io.policyengine.core.config.EngineConfig;
import io.policyengine.core.config.Overrides;
import io.policyengine.core.config.RouteConfig;
import io.policyengine.core.who.AnsweredRoute;
import io.policyengine.core.who.Opened;
import io.policyengine.core.who.RouteDiff;
import io.policyengine.core.who.Who;
import io.policyengine.core.who.change.RouteChanges;
import io.policyengine.core.who.words.RouteReport;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The difference between the results of the command {@code who} for two configurations.
 *
 * @param routes the route policies whose results differ
 * @param isUnknownOpened whether only the new configuration lets requests without a route policy pass
 * @param isUnknownClosed whether only the old configuration lets requests without a route policy pass
 * @param isComplete whether everything was compared; anything not compared is assumed to let requests bypass policies
 * @param newOpen names and prefixes that only the new configuration has in {@code open_routes}
 */
record DiffReport(
        List<RouteDiff> routes,
        Side before,
        Side after,
        boolean isUnknownOpened,
        boolean isUnknownClosed,
        boolean isComplete,
        List<String> newOpen) {
    /**
     * A configuration with the results of the command {@code who} for its routes.
     *
     * @param answers by the key of the route; without the routes that are refused because of errors
     * @param overrides the overrides in force
     */
    record Side(EngineConfig config, Map<String, AnsweredRoute> answers, Overrides overrides) {
        static Side of(ConfCheck.Report checked, Instant now) {
            Overrides overrides = Overrides.at(now, checked.config().overrides());
            Who who = new Who(overrides);
            Map<String, AnsweredRoute> answers = new LinkedHashMap<>();
            checked.chains()
                    .forEach(route ->
                            answers.putIfAbsent(route.config().key(), new AnsweredRoute(route, who.of(route))));
            return new Side(checked.config(), answers, overrides);
        }

        private RouteChanges.Side compared() {
            return new RouteChanges.Side(config, answers);
        }

        /**
         * Returns the report on the openings (bypasses of policies) that a change adds to a route, with the results and
         * overrides of this side.
         */
        RouteReport words(AnsweredRoute route, Opened opened) {
            return RouteReport.of(route, opened, overrides);
        }
    }

    /**
     * Returns the difference between two checked configurations.
     *
     * @param only the name of the only route to report, or null for all
     */
    static DiffReport of(ConfCheck.Report old, ConfCheck.Report now, @Nullable String only, Instant time) {
        Side before = Side.of(old, time);
        Side after = Side.of(now, time);
        RouteChanges changes = RouteChanges.between(before.compared(), after.compared());
        List<RouteDiff> diffs = changes.routes().stream()
                .filter(diff -> only == null || only.equals(config(diff).routeName()))
                .toList();
        return new DiffReport(
                diffs,
                before,
                after,
                only == null && changes.isUnknownOpened(),
                only == null && changes.isUnknownClosed(),
                changes.isComplete(),
                only != null
                        ? List.of()
                        : after.config().kernel().openRoutes().stream()
                                .filter(name ->
                                        !before.config().kernel().openRoutes().contains(name))
                                .toList());
    }

    /** Returns the route policy to which a difference belongs: the new one or, if it was removed, the old one. */
    static RouteConfig config(RouteDiff diff) {
        AnsweredRoute before = diff.before();
        AnsweredRoute after = diff.after();
        boolean isNew = diff.change() == RouteDiff.Change.NEW || before == null;
        return isNew && after != null
                ? after.route().config()
                : Objects.requireNonNull(before).route().config();
    }

    /**
     * Returns the number of route policies that newly let requests bypass policies. Adds one if requests without a
     * route policy now pass, and one if not everything was compared.
     */
    long opened() {
        return (isUnknownOpened ? 1 : 0)
                + (isComplete ? 0 : 1)
                + routes.stream()
                        .filter(diff -> !diff.opened().isEmpty())
                        .map(diff -> config(diff).key())
                        .distinct()
                        .count();
    }

    /**
     * Returns the number of route policies that no longer let certain requests bypass policies, plus one if requests
     * without a route policy no longer pass.
     */
    long closed() {
        return (isUnknownClosed ? 1 : 0)
                + routes.stream().filter(DiffReport::closes).count();
    }

    /** Returns whether a route no longer lets certain requests bypass policies, or all its requests are refused. */
    static boolean closes(RouteDiff diff) {
        return !diff.closed().isEmpty() || diff.after() == null;
    }

    long count(RouteDiff.Change change) {
        return routes.stream().filter(diff -> diff.change() == change).count();
    }
}
