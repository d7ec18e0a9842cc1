package io.policyengine.app.who;

import io.policyengine.app.check.ConfCheck;
import io.policyengine.app.who.trial.Trial;
import io.policyengine.core.config.EngineConfig;
import io.policyengine.core.config.KernelConfig.UnknownRoute;
import io.policyengine.core.config.Overrides;
import io.policyengine.core.config.RouteConfig;
import io.policyengine.core.config.RouteMatch;
import io.policyengine.core.error.LintCode;
import io.policyengine.core.error.Problem;
import io.policyengine.core.lint.CallTimes;
import io.policyengine.core.lint.Lint;
import io.policyengine.core.lint.LintRoute;
import io.policyengine.core.lint.Replicas;
import io.policyengine.core.who.Who;
import io.policyengine.core.who.words.RouteReport;
import java.time.Instant;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The results of the command {@code who} for a configuration.
 *
 * @param passesUnknown whether a request passes without any policy if no route policy names its route
 * @param openRoutes the names of routes without policies
 * @param routes the results for the routes that can be served
 * @param refused the route policies with errors, whose requests are all refused
 * @param overrides the overrides in force
 * @param storedForOthers the findings about responses that are stored for other clients, by the key of the route policy
 */
record WhoReport(
        boolean passesUnknown,
        List<String> openRoutes,
        List<RouteReport> routes,
        List<RouteConfig> refused,
        Overrides overrides,
        Map<String, List<Problem>> storedForOthers) {
    /**
     * Returns the results of the command {@code who} for a checked configuration.
     *
     * @param only the name of the only route to report, or null for all
     * @param now the time at which overrides are evaluated
     */
    static WhoReport of(ConfCheck.Report checked, @Nullable String only, Instant now) {
        EngineConfig config = checked.config();
        Overrides overrides = Overrides.at(now, config.overrides());
        Who who = new Who(overrides);
        List<RouteReport> routes = checked.chains().stream()
                .filter(route -> isAsked(route.config(), only))
                .map(route -> RouteReport.of(route, who.of(route), overrides))
                .toList();
        Map<String, List<Problem>> stored = new HashMap<>();
        for (RouteReport route : routes) {
            stored.put(route.route().config().key(), storedForOthers(route.route(), config));
        }
        // By identity: comparing the chains of many routes would take long.
        Set<RouteConfig> sound = Collections.newSetFromMap(new IdentityHashMap<>());
        checked.chains().forEach(route -> sound.add(route.config()));
        boolean isComplete = config.routes().stream().noneMatch(route -> route.match() instanceof RouteMatch.Any);
        return new WhoReport(
                only == null && isComplete && config.kernel().unknownRoute() == UnknownRoute.CONTINUE,
                only == null ? config.kernel().openRoutes() : List.of(),
                routes,
                config.routes().stream()
                        .filter(route -> isAsked(route, only) && !sound.contains(route))
                        .toList(),
                overrides,
                stored);
    }

    private static List<Problem> storedForOthers(LintRoute route, EngineConfig config) {
        return Lint.findings(List.of(route), CallTimes.of(config.kernel()), Replicas.of(config.kernel()), false)
                .stream()
                .filter(problem -> problem.code() == LintCode.STORED_FOR_OTHERS)
                .toList();
    }

    /** Returns the findings about responses of a route that are stored for other clients. */
    List<Problem> storedForOthers(RouteReport route) {
        return storedForOthers.getOrDefault(route.route().config().key(), List.of());
    }

    /** Returns whether a response of any route may be stored for other clients. */
    boolean storesForOthers() {
        return storedForOthers.values().stream().anyMatch(problems -> !problems.isEmpty());
    }

    private static boolean isAsked(RouteConfig route, @Nullable String only) {
        return only == null || route.routeName().equals(only);
    }

    /** Tries all openings of the routes: sends requests that must bypass policies as reported. */
    Trial tryBlocking() {
        Trial trial = new Trial(overrides);
        routes.forEach(route -> trial.add(route.route(), route.answer()));
        return trial.runBlocking();
    }

    /**
     * Returns the number of openings, which let messages bypass a policy. Includes requests that pass without any
     * policy.
     */
    int openings() {
        return (passesUnknown ? 1 : 0)
                + openRoutes.size()
                + routes.stream().mapToInt(RouteReport::count).sum();
    }

    /** Returns the number of openings that an item of {@code accept} or an item of {@code open_routes} accepts. */
    int accepted() {
        return openRoutes.size()
                + routes.stream().mapToInt(RouteReport::accepted).sum();
    }
}
