package io.policyengine.core.lint;

import io.policyengine.core.config.IndexedRouteNames;
import io.policyengine.core.config.RouteConfig;
import io.policyengine.core.error.LintCode;
import io.policyengine.core.error.Location;
import io.policyengine.core.error.Problem;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Checks the chains of all routes. The setting {@code lint_ignore} of an entry or a route suppresses findings. The
 * setting {@code accept} of a route suppresses findings about the missing effect that it accepts.
 */
public final class Lint {
    private final List<Problem> problems = new ArrayList<>();
    /** The findings reported so far. A finding in a shared chain is reported once, not for each route. */
    private final Set<Ignore> told = new HashSet<>();

    private final Set<Ignore> written = new LinkedHashSet<>();
    private final Set<Ignore> used = new HashSet<>();

    /**
     * A code with a position: either of a {@code lint_ignore} list that contains the code, or of a finding with the
     * code.
     */
    private record Ignore(Location place, LintCode code) {}

    private final CallTimes times;
    private final Replicas replicas;

    private Lint(CallTimes times, Replicas replicas) {
        this.times = times;
        this.replicas = replicas;
    }

    /**
     * Returns the findings, in the order of routes and chains.
     * @param times the times of worker calls
     * @param replicas the replicas of each worker
     * @param complete whether {@code routes} contains all routes. If not, unused ignores are not reported, since an
     *     omitted route may use them
     */
    public static List<Problem> findings(List<LintRoute> routes, CallTimes times, Replicas replicas, boolean complete) {
        var lint = new Lint(times, replicas);
        var reroutes = new RerouteLint(routes);
        routes.forEach(route -> lint.check(route, reroutes));
        if (complete) {
            lint.unused();
        }
        return List.copyOf(lint.problems);
    }

    private void unused() {
        written.stream()
                .filter(ignore -> ignore.code() != LintCode.UNUSED_IGNORE && !used.contains(ignore))
                .forEach(ignore -> {
                    var silent = new Ignore(ignore.place(), LintCode.UNUSED_IGNORE);
                    if (written.contains(silent)) {
                        used.add(silent);
                    } else {
                        tellUnused(ignore);
                    }
                });
        written.stream()
                .filter(ignore -> ignore.code() == LintCode.UNUSED_IGNORE && !used.contains(ignore))
                .forEach(this::tellUnused);
    }

    private void tellUnused(Ignore ignore) {
        problems.add(Problem.finding(
                LintCode.UNUSED_IGNORE,
                ignore.place(),
                "there is no '" + ignore.code().text() + "' here to ignore: remove it"));
    }

    private void check(LintRoute route, RerouteLint reroutes) {
        var config = route.config();
        config.lintIgnore().forEach(code -> written.add(new Ignore(config.location(), code)));
        for (var flow : List.of(route.request(), route.response())) {
            for (var entry : flow) {
                entry.config().lintIgnore().forEach(code -> written.add(ignore(entry, code)));
            }
        }
        if (IndexedRouteNames.include(config.routeName())) {
            indexed(config);
        }
        FlowLint.Findings findings = (entry, code, place, message) -> found(config, entry, code, place, message);
        new FlowLint(List.of(), route.request(), findings).request();
        new TokenLint(route.request(), config.requestFlow().mode()).check(findings);
        CounterpartLint.check(route.request(), "response_flow", route.response(), findings);
        CounterpartLint.check(route.response(), "request_flow", route.request(), findings);
        new FlowLint(route.request(), route.response(), findings)
                .response(config.responseFlow().mode());
        var memory = new MemoryLint(findings);
        memory.request(route.request());
        memory.response(route.response());
        memory.tokens(route.request(), route.response());
        new FailureLint(findings).response(route.response());
        BothFlowsLint.check(route.request(), findings);
        new TrustLint(findings).request(route.request());
        KeyLint.check(route.request(), findings);
        StateLint.check(route.request(), replicas, findings);
        StateLint.check(route.response(), replicas, findings);
        reroutes.check(route, findings);
        var time = new TimeLint(times, findings);
        time.check(route.request());
        time.check(route.response());
    }

    private void indexed(RouteConfig route) {
        if (route.lintIgnore().contains(LintCode.INDEX_BASED_ROUTE_NAME)) {
            used.add(new Ignore(route.location(), LintCode.INDEX_BASED_ROUTE_NAME));
        } else {
            problems.add(Problem.finding(
                    LintCode.INDEX_BASED_ROUTE_NAME,
                    route.location(),
                    "the name of route '" + route.routeName()
                            + "' contains its position among other routes: a route inserted before it "
                            + "would get these policies, and this route those of another route, or none"));
        }
    }

    private void found(RouteConfig route, LintEntry entry, LintCode code, Location place, String message) {
        if (entry.config().lintIgnore().contains(code)) {
            used.add(ignore(entry, code));
        } else if (route.lintIgnore().contains(code)) {
            used.add(new Ignore(route.location(), code));
        } else if (!AcceptedFindings.contain(route, entry, code) && told.add(new Ignore(place, code))) {
            var shown = isToldIn(route, message)
                    ? "a finding whose text is not shown, because it would reveal part of a value that a "
                            + "reference inserted"
                    : message;
            problems.add(Problem.finding(code, place, shown + " (route '" + route.routeName() + "')"));
        }
    }

    /**
     * Returns whether the message contains a value, such as a header's name, that a reference inserted into any entry
     * of the route.
     */
    private static boolean isToldIn(RouteConfig route, String message) {
        return Stream.of(route.requestFlow(), route.responseFlow())
                .flatMap(flow -> flow.chain().stream())
                .anyMatch(entry -> entry.source().isToldIn(message));
    }

    private static Ignore ignore(LintEntry entry, LintCode code) {
        return new Ignore(entry.config().source().value("lint_ignore"), code);
    }
}
