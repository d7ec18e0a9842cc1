package io.policyengine.kernel.generation;

import io.policyengine.core.config.EngineConfig;
import io.policyengine.core.config.KernelConfig.UnknownRoute;
import io.policyengine.core.config.RouteConfig;
import io.policyengine.core.config.RouteMatch;
import io.policyengine.kernel.route.RouteTable;
import java.util.List;
import java.util.stream.IntStream;

/** Finds out what becomes of the requests of a route that a new configuration has lost. */
public final class NextRoute {
    private static final String META = ".^$|()[]{}*+?\\";
    private static final int OPEN = -1;

    /** The character after the prefix of a made-up route name, which no configuration lists. */
    private static final char OTHER = '\0';

    private final EngineConfig wanted;
    private final List<String> open;
    private final RouteTable<Integer> places;

    /** The treatment of the requests of a lost route. */
    public sealed interface Next {
        /** The treatment by another route policy. */
        record Policy(RouteConfig route) implements Next {}

        /** The requests pass without policies, because {@code open_routes} lists the name or a prefix of it. */
        record Open() implements Next {}

        /** The requests pass without policies, because of {@code unknown_route: continue}. */
        record Unknown() implements Next {}

        /** All requests are refused. */
        record Refused() implements Next {}
    }

    /** Creates the table of the routes of a configuration. */
    public NextRoute(EngineConfig wanted) {
        this.wanted = wanted;
        open = wanted.kernel().openRoutes();
        places = new RouteTable<>(
                IntStream.range(0, wanted.routes().size())
                        .mapToObj(place ->
                                new RouteTable.Row<>(wanted.routes().get(place).match(), place))
                        .toList(),
                open.stream()
                        .map(name -> new RouteTable.Row<>(RouteMatch.written(name), OPEN))
                        .toList());
    }

    /**
     * Returns what becomes of the requests of a lost route. For a pattern, the result is that of a made-up name, which
     * begins like all names that match the pattern.
     */
    public Next of(RouteConfig lost) {
        if (open.contains(lost.routeName()) || mayBeOpen(lost)) {
            return new Next.Open();
        }
        Integer place = places.find(
                switch (lost.match()) {
                    case RouteMatch.Exact(String name) -> name;
                    case RouteMatch.Prefix(String prefix) -> prefix + OTHER;
                    case RouteMatch.Regex _ -> beginning(lost.routeName()) + OTHER;
                    case RouteMatch.Any _ -> String.valueOf(OTHER);
                });
        if (place != null && place != OPEN) {
            return new Next.Policy(wanted.routes().get(place));
        }
        return wanted.kernel().unknownRoute() == UnknownRoute.CONTINUE ? new Next.Unknown() : new Next.Refused();
    }

    /**
     * Returns whether a prefix in {@code open_routes} may match the route's requests. If {@code open_routes} lists the
     * route's own name, the answer is false, because the name was added intentionally. It was not allowed there while
     * the route had policies.
     */
    boolean mayBeOpen(RouteConfig lost) {
        return !open.contains(lost.routeName())
                && switch (lost.match()) {
                    case RouteMatch.Exact(String name) -> isOpen(name);
                    // Any name with this prefix that is not listed itself.
                    case RouteMatch.Prefix(String prefix) -> isOpen(prefix + OTHER);
                    case RouteMatch.Regex _ -> mayBeginOpen(lost.routeName());
                    case RouteMatch.Any _ -> false;
                };
    }

    private boolean isOpen(String name) {
        return Integer.valueOf(OPEN).equals(places.find(name));
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
