package io.policyengine.kernel.generation;

import io.policyengine.core.config.EngineConfig;
import io.policyengine.core.config.RouteConfig;
import io.policyengine.core.config.RouteMatch;
import io.policyengine.kernel.route.RouteTable;
import java.util.List;

/** Finds out which routes of a new configuration match the requests of a route that it has lost. */
final class NextRoute {
    private static final String META = ".^$|()[]{}*+?\\";

    private final List<String> open;
    private final RouteTable<Boolean> isOpen;

    NextRoute(EngineConfig wanted) {
        open = wanted.kernel().openRoutes();
        isOpen = new RouteTable<>(
                wanted.routes().stream()
                        .map(route -> new RouteTable.Row<>(route.match(), false))
                        .toList(),
                open.stream()
                        .map(name -> new RouteTable.Row<>(RouteMatch.written(name), true))
                        .toList());
    }

    /**
     * Returns whether a prefix in {@code open_routes} may match the route's requests. If {@code open_routes} lists the
     * route's own name, the answer is false: the name was not allowed there while the route had policies, so it was
     * added intentionally.
     */
    boolean mayBeOpen(RouteConfig lost) {
        return !open.contains(lost.routeName())
                && switch (lost.match()) {
                    case RouteMatch.Exact(String name) -> isOpen(name);
                    // Any name with this prefix that is not listed itself.
                    case RouteMatch.Prefix(String prefix) -> isOpen(prefix + '\0');
                    case RouteMatch.Regex _ -> mayBeginOpen(lost.routeName());
                    case RouteMatch.Any _ -> false;
                };
    }

    private boolean isOpen(String name) {
        return Boolean.TRUE.equals(isOpen.find(name));
    }

    /** Returns whether a name that the pattern matches may begin with an open prefix. */
    private boolean mayBeginOpen(String pattern) {
        String begin = beginning(pattern);
        return open.stream()
                .filter(name -> name.endsWith("*"))
                .map(name -> name.substring(0, name.length() - 1))
                .anyMatch(prefix -> prefix.startsWith(begin) || begin.startsWith(prefix));
    }

    /** Returns the literal text with which all names that match the pattern begin. */
    private static String beginning(String pattern) {
        if (pattern.indexOf('|') >= 0) {
            return "";
        }
        int end = 0;
        while (end < pattern.length() && META.indexOf(pattern.charAt(end)) < 0) {
            end++;
        }
        boolean isRepeated = end < pattern.length() && "*?{".indexOf(pattern.charAt(end)) >= 0;
        return pattern.substring(0, Math.max(0, isRepeated ? end - 1 : end));
    }
}
