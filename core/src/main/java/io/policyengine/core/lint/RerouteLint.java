package io.policyengine.core.lint;

import io.policyengine.core.config.RouteMatch;
import io.policyengine.core.error.LintCode;
import io.policyengine.core.policy.Fact;
import java.util.List;

/**
 * Finds routes without authentication to which a route with authentication probably reroutes requests, as their names
 * indicate. A client can request such a route from Envoy directly.
 */
final class RerouteLint {
    private final List<LintRoute> routes;
    private final FlowLint.Findings findings;

    RerouteLint(List<LintRoute> routes, FlowLint.Findings findings) {
        this.routes = routes;
        this.findings = findings;
    }

    void check(LintRoute route) {
        if (route.config().match() instanceof RouteMatch.Regex || !authenticates(route)) {
            return;
        }
        route.request().stream()
                .filter(entry -> entry.isEnforced() && entry.reroutes())
                .forEach(entry -> routes.stream()
                        .filter(other -> isVariant(other, route) && !mayAuthenticate(other))
                        .findFirst()
                        .ifPresent(variant -> add(entry, route, variant)));
    }

    private void add(LintEntry entry, LintRoute route, LintRoute variant) {
        String name = route.config().routeName();
        String other = variant.config().routeName();
        findings.add(
                entry,
                LintCode.REROUTE_SKIPS_AUTHENTICATION,
                entry.config().source().policy(),
                "'" + entry.config().name() + "' can move a request from '" + name + "' to '" + other
                        + "', which has no authentication; clients can also request it directly: name both routes"
                        + " of Envoy '" + name + "', or let the chain of '" + other + "' authenticate");
    }

    /**
     * Returns whether the name of a route begins with the name of another, followed by a separator other than a slash.
     */
    private static boolean isVariant(LintRoute route, LintRoute of) {
        String name = base(route);
        String base = base(of);
        if (route.config().match() instanceof RouteMatch.Regex
                || base.length() < 2
                || name.length() <= base.length()
                || !name.startsWith(base)) {
            return false;
        }
        char separator = name.charAt(base.length());
        return separator != '/' && !Character.isLetterOrDigit(separator);
    }

    private static String base(LintRoute route) {
        String name = route.config().routeName();
        return name.endsWith("*") ? name.substring(0, name.length() - 1) : name;
    }

    private static boolean authenticates(LintRoute route) {
        return route.request().stream().anyMatch(entry -> entry.isEnforced() && entry.has(Fact.PROVIDES_IDENTITY));
    }

    private static boolean mayAuthenticate(LintRoute route) {
        return route.request().stream().anyMatch(entry -> entry.isEnforced() && entry.mayHave(Fact.PROVIDES_IDENTITY));
    }
}
