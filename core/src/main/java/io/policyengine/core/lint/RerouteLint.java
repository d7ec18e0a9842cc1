package io.policyengine.core.lint;

import io.policyengine.core.config.RouteMatch;
import io.policyengine.core.error.LintCode;
import io.policyengine.core.policy.Fact;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Finds routes without authentication whose names suggest that a route with authentication reroutes requests to them. A
 * client can request such a route from Envoy directly.
 */
final class RerouteLint {
    private final NavigableMap<String, Open> open = new TreeMap<>();

    /**
     * A route without authentication, and its index among all routes.
     *
     * @param place its place among all routes
     */
    private record Open(int place, LintRoute route) {}

    /** Creates an index of the routes by their names, so that a check does not compare each route with all others. */
    RerouteLint(List<LintRoute> routes) {
        for (int i = 0; i < routes.size(); i++) {
            LintRoute route = routes.get(i);
            if (!(route.config().match() instanceof RouteMatch.Regex) && !mayAuthenticate(route)) {
                open.putIfAbsent(base(route), new Open(i, route));
            }
        }
    }

    void check(LintRoute route, FlowLint.Findings findings) {
        if (route.config().match() instanceof RouteMatch.Regex || !authenticates(route)) {
            return;
        }
        List<LintEntry> rerouting = route.request().stream()
                .filter(entry -> entry.isEnforced() && entry.reroutes())
                .toList();
        LintRoute variant = rerouting.isEmpty() ? null : variant(base(route));
        if (variant != null) {
            rerouting.forEach(entry -> add(findings, entry, route, variant));
        }
    }

    /** Returns the first route whose name is a variant of this name, or null. */
    private @Nullable LintRoute variant(String base) {
        Open first = null;
        for (Map.Entry<String, Open> entry : open.tailMap(base, false).entrySet()) {
            if (!entry.getKey().startsWith(base)) {
                break;
            }
            Open other = entry.getValue();
            if (isVariant(entry.getKey(), base) && (first == null || other.place() < first.place())) {
                first = other;
            }
        }
        return first == null ? null : first.route();
    }

    private static void add(FlowLint.Findings findings, LintEntry entry, LintRoute route, LintRoute variant) {
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

    /** Returns whether a name that begins with another one continues with a separator other than a slash. */
    private static boolean isVariant(String name, String base) {
        if (base.length() < 2) {
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
