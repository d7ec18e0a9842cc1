package io.policyengine.core.config.reading;

import io.policyengine.core.config.RouteConfig;
import io.policyengine.core.config.RouteMatch;
import java.util.List;

/**
 * Finds route policies whose accidental removal would open the route, because its name also matches a prefix in
 * {@code open_routes}.
 */
final class OpenPrefixes {
    private static final String POINTER = "/" + ConfigSchemas.KERNEL_KEY + "/" + ConfigSchemas.OPEN_ROUTES_KEY;

    private OpenPrefixes() {}

    /** Warns once for each prefix in {@code open_routes} that would match if a route policy were missing. */
    static void check(Section kernel, List<RouteConfig> routes) {
        for (var pointer : kernel.children(POINTER)) {
            var name = kernel.isBroken(pointer) ? "" : kernel.text(pointer);
            if (name.length() > 1 && name.endsWith("*")) {
                check(kernel, pointer, name.substring(0, name.length() - 1), routes);
            }
        }
    }

    private static void check(Section kernel, String pointer, String open, List<RouteConfig> routes) {
        var inside = routes.stream()
                .filter(route -> isWritten(route) && route.routeName().startsWith(open))
                .toList();
        var longer = inside.stream()
                .filter(route ->
                        route.match() instanceof RouteMatch.Prefix(String prefix) && prefix.length() > open.length())
                .toList();
        var covered = inside.stream()
                .filter(route -> longer.stream().noneMatch(other -> isFor(other, route)))
                .toList();
        if (!covered.isEmpty()) {
            var first = covered.getFirst();
            var others = covered.size() - 1;
            kernel.warning(
                    pointer,
                    "the open route " + kernel.quote(pointer) + " covers the route policy '" + first.routeName()
                            + "' at " + first.location() + (others == 0 ? "" : " and " + others + " more")
                            + ": if that policy is missing, its requests pass without policies; list open "
                            + "routes by their full names, or by a longer prefix");
        }
    }

    private static boolean isWritten(RouteConfig route) {
        return route.match() instanceof RouteMatch.Exact || route.match() instanceof RouteMatch.Prefix;
    }

    /**
     * Returns whether the other route policy has a prefix that would match the route's names if the route were missing.
     */
    private static boolean isFor(RouteConfig other, RouteConfig route) {
        return !other.key().equals(route.key())
                && other.match() instanceof RouteMatch.Prefix(String prefix)
                && route.routeName().startsWith(prefix);
    }
}
