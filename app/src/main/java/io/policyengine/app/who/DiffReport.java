package io.policyengine.app.who;

import io.policyengine.app.check.ConfCheck;
import io.policyengine.core.config.EngineConfig;
import io.policyengine.core.config.KernelConfig.UnknownRoute;
import io.policyengine.core.config.Overrides;
import io.policyengine.core.config.RouteConfig;
import io.policyengine.core.config.RouteMatch;
import io.policyengine.core.who.AnsweredRoute;
import io.policyengine.core.who.Opened;
import io.policyengine.core.who.RouteDiff;
import io.policyengine.core.who.Who;
import io.policyengine.core.who.WhoDiff;
import io.policyengine.core.who.words.RouteReport;
import io.policyengine.kernel.generation.NextRoute;
import io.policyengine.kernel.generation.NextRoute.Next;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The difference between the answers for two configurations.
 *
 * @param routes the route policies whose answers differ
 * @param isUnknownOpened whether only the new configuration lets requests without a route policy pass
 * @param isUnknownClosed whether only the old configuration lets requests without a route policy pass
 * @param newOpen names and prefixes that only the new configuration has in {@code open_routes}
 */
record DiffReport(
        List<RouteDiff> routes,
        Side before,
        Side after,
        boolean isUnknownOpened,
        boolean isUnknownClosed,
        List<String> newOpen) {
    /**
     * A configuration with the answers for its routes.
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

        private boolean passesUnknown() {
            return config.kernel().unknownRoute() == UnknownRoute.CONTINUE && !hasDefault();
        }

        private boolean hasDefault() {
            return config.routes().stream().anyMatch(route -> route.match() instanceof RouteMatch.Any);
        }

        private Set<String> refused() {
            return config.routes().stream()
                    .map(RouteConfig::key)
                    .filter(key -> !answers.containsKey(key))
                    .collect(Collectors.toSet());
        }

        /** Returns the report on what a change opened, with the answers and overrides of this side. */
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
        NextRoute next = new NextRoute(after.config());
        List<RouteDiff> diffs = new WhoDiff()
                        .between(
                                before.answers(),
                                after.answers(),
                                after.refused(),
                                lost -> answer(next.of(lost), lost, after))
                        .stream()
                        .filter(diff -> only == null || only.equals(config(diff).routeName()))
                        .toList();
        // A default route that is gone is reported as such.
        boolean opens = after.passesUnknown() && !before.passesUnknown() && !before.hasDefault();
        return new DiffReport(
                diffs,
                before,
                after,
                only == null && opens,
                only == null && before.passesUnknown() && !after.passesUnknown(),
                only != null
                        ? List.of()
                        : after.config().kernel().openRoutes().stream()
                                .filter(name ->
                                        !before.config().kernel().openRoutes().contains(name))
                                .toList());
    }

    private static @Nullable AnsweredRoute answer(Next next, RouteConfig lost, Side after) {
        return switch (next) {
            case Next.Policy(RouteConfig route) -> after.answers().get(route.key());
            case Next.Open(), Next.Unknown() -> AnsweredRoute.withoutPolicies(lost);
            case Next.Refused() -> null;
        };
    }

    /** Returns the route policy of a difference: the new one, unless it is gone. */
    static RouteConfig config(RouteDiff diff) {
        AnsweredRoute before = diff.before();
        AnsweredRoute after = diff.after();
        boolean isNew = diff.change() == RouteDiff.Change.NEW || before == null;
        return isNew && after != null
                ? after.route().config()
                : Objects.requireNonNull(before).route().config();
    }

    /** The number of route policies that open something, plus one if requests without a route policy now pass. */
    long opened() {
        return (isUnknownOpened ? 1 : 0)
                + routes.stream().filter(diff -> !diff.opened().isEmpty()).count();
    }

    /**
     * The number of route policies that close something, plus one if requests without a route policy no longer pass.
     */
    long closed() {
        return (isUnknownClosed ? 1 : 0)
                + routes.stream().filter(DiffReport::closes).count();
    }

    /** Returns whether a route closes something, or is refused altogether. */
    static boolean closes(RouteDiff diff) {
        return !diff.closed().isEmpty() || diff.after() == null;
    }

    long count(RouteDiff.Change change) {
        return routes.stream().filter(diff -> diff.change() == change).count();
    }
}
