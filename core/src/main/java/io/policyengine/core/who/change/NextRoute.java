package io.policyengine.core.who.change;

import io.policyengine.core.config.EngineConfig;
import io.policyengine.core.config.KernelConfig.UnknownRoute;
import io.policyengine.core.config.RouteConfig;
import io.policyengine.core.config.RouteMatch;
import io.policyengine.core.route.RouteTable;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Finds how one configuration treats the requests of a route policy of another configuration. */
public final class NextRoute {
    private static final int OPEN = -1;

    /** The character after the prefix of a made-up route name, which no configuration lists. */
    private static final char OTHER = '\0';

    private final EngineConfig config;
    private final List<String> open;
    private final RouteTable<Integer> places;
    private final RouteTable<Integer> withoutRegexes;

    /** The treatment of requests. */
    public sealed interface Next {
        /** A route policy applies to the requests. */
        record Policy(RouteConfig route) implements Next {}

        /** The requests pass without policies, because {@code open_routes} lists the name or a prefix of it. */
        record Open() implements Next {}

        /** The requests pass without policies, because of {@code unknown_route: continue}. */
        record Unknown() implements Next {}

        /** All requests are refused. */
        record Refused() implements Next {}
    }

    /** Creates the tables of the routes of a configuration. */
    public NextRoute(EngineConfig config) {
        this.config = config;
        open = config.kernel().openRoutes();
        places = table(true);
        withoutRegexes = table(false);
    }

    private RouteTable<Integer> table(boolean withRegexes) {
        List<RouteConfig> routes = config.routes();
        return new RouteTable<>(
                IntStream.range(0, routes.size())
                        .filter(place -> withRegexes || !(routes.get(place).match() instanceof RouteMatch.Regex))
                        .mapToObj(
                                place -> new RouteTable.Row<>(routes.get(place).match(), place))
                        .toList(),
                open.stream()
                        .map(name -> new RouteTable.Row<>(RouteMatch.written(name), OPEN))
                        .toList());
    }

    /**
     * Returns the treatment of the requests of a route policy that is not in this configuration. For a pattern, this is
     * the treatment of an invented name with the common beginning of all matching names.
     */
    public Next of(RouteConfig lost) {
        if (open.contains(lost.routeName()) || mayBeOpen(lost)) {
            return new Next.Open();
        }
        return named(
                switch (lost.match()) {
                    case RouteMatch.Exact(String name) -> name;
                    case RouteMatch.Prefix(String prefix) -> prefix + OTHER;
                    case RouteMatch.Regex _ -> beginning(lost.routeName()) + OTHER;
                    case RouteMatch.Any _ -> String.valueOf(OTHER);
                });
    }

    /** Returns the treatment of requests whose route has this name. */
    public Next named(String name) {
        return next(places.find(name));
    }

    /**
     * Returns the treatment of requests whose route name begins with this prefix, is not listed itself, and matches no
     * regular expression.
     */
    Next unlisted(String prefix) {
        return next(withoutRegexes.find(prefix + OTHER));
    }

    private Next next(@Nullable Integer place) {
        if (place == null) {
            return config.kernel().unknownRoute() == UnknownRoute.CONTINUE ? new Next.Unknown() : new Next.Refused();
        }
        return place == OPEN ? new Next.Open() : new Next.Policy(config.routes().get(place));
    }

    /**
     * Returns whether a prefix in {@code open_routes} may match the route's requests. If {@code open_routes} lists the
     * route's own name, the answer is false, because the name was added intentionally. While the route had policies,
     * {@code open_routes} could not list its name.
     */
    public boolean mayBeOpen(RouteConfig lost) {
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
        List<String> prefixes = open.stream()
                .filter(name -> name.endsWith("*"))
                .map(name -> name.substring(0, name.length() - 1))
                .toList();
        return RegexBeginnings.areCompatible(RegexBeginnings.of(pattern), prefixes);
    }

    /** Returns the literal text with which all names that match the pattern begin. */
    private static String beginning(String pattern) {
        List<String> beginnings = RegexBeginnings.of(pattern);
        return beginnings.size() == 1 ? beginnings.getFirst() : "";
    }
}
