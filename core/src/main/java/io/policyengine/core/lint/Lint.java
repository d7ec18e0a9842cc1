package io.policyengine.core.lint;

import io.policyengine.core.config.RouteConfig;
import io.policyengine.core.error.LintCode;
import io.policyengine.core.error.Location;
import io.policyengine.core.error.Problem;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Looks through the chains of all routes. A finding is silenced by {@code lint_ignore} of its entry or route. */
public final class Lint {
    private final List<Problem> problems = new ArrayList<>();
    /** A shared chain is told of once, not for each route. */
    private final Set<Ignore> told = new HashSet<>();

    private final Set<Ignore> written = new LinkedHashSet<>();
    private final Set<Ignore> used = new HashSet<>();

    /** What is ignored, by the place of the list, or found, by the place of the fault. */
    private record Ignore(Location place, LintCode code) {}

    private Lint() {}

    /** What was found: warnings, in the order of routes and chains. */
    public static List<Problem> findings(List<LintRoute> routes) {
        var lint = new Lint();
        routes.forEach(lint::check);
        lint.written.stream()
                .filter(ignore -> !lint.used.contains(ignore))
                .forEach(ignore -> lint.problems.add(Problem.finding(
                        LintCode.UNUSED_IGNORE,
                        ignore.place(),
                        "there is no '" + ignore.code().text() + "' here to ignore: remove it")));
        return List.copyOf(lint.problems);
    }

    private void check(LintRoute route) {
        var config = route.config();
        config.lintIgnore().forEach(code -> written.add(new Ignore(config.location(), code)));
        for (var flow : List.of(route.request(), route.response())) {
            for (var entry : flow) {
                entry.config().lintIgnore().forEach(code -> written.add(ignore(entry, code)));
            }
        }
        new FlowLint(route.request(), (entry, code, place, message) -> found(config, entry, code, place, message))
                .request();
        new FlowLint(route.response(), (entry, code, place, message) -> found(config, entry, code, place, message))
                .response(config.responseFlow().mode());
    }

    private void found(RouteConfig route, LintEntry entry, LintCode code, Location place, String message) {
        if (entry.config().lintIgnore().contains(code)) {
            used.add(ignore(entry, code));
        } else if (route.lintIgnore().contains(code)) {
            used.add(new Ignore(route.location(), code));
        } else if (told.add(new Ignore(place, code))) {
            problems.add(Problem.finding(code, place, message + " (route '" + route.routeName() + "')"));
        }
    }

    private static Ignore ignore(LintEntry entry, LintCode code) {
        return new Ignore(entry.config().source().value("lint_ignore"), code);
    }
}
