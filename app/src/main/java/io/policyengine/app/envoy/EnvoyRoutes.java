package io.policyengine.app.envoy;

import io.policyengine.core.config.EngineConfig;
import io.policyengine.core.config.KernelConfig;
import io.policyengine.core.config.ProcessingMode;
import io.policyengine.core.config.RouteConfig;
import io.policyengine.core.config.RouteMatch;
import io.policyengine.core.config.RouteNameSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Envoy's routes for the route policies and open routes of a configuration. Each is named as the configuration writes it, so that no
 * route of Envoy's is taken for another one; what no route is for is not found.
 */
record EnvoyRoutes(EngineConfig config) {
    /**
     * One route of Envoy's.
     *
     * @param path what its requests begin with, or are
     * @param open whether no policies are for it
     * @param whole whether the path is the whole path
     * @param streams whether its responses may take any time
     */
    private record Route(String name, String path, boolean open, boolean whole, boolean streams) {
        boolean isCatchAll() {
            return path.equals("/") && !whole;
        }
    }

    /** The most specific first. Paths of the same length: the one that is matched as a whole, then those with policies. */
    private static final Comparator<Route> ORDER = Comparator.comparingInt(
                    (Route route) -> route.path().length())
            .reversed()
            .thenComparing(route -> !route.whole())
            .thenComparing(Route::open)
            .thenComparing(Route::name);

    ArrayNode nodes() {
        ArrayNode nodes = Nodes.empty().putArray("routes");
        routes().stream()
                .filter(route -> !isUnwritten(route))
                .sorted(ORDER)
                .map(this::node)
                .forEach(nodes::add);
        return nodes;
    }

    /** What cannot be written, or is not, for people. */
    List<String> notes() {
        List<String> notes = new ArrayList<>();
        for (RouteConfig route : config.routes()) {
            if (route.match() instanceof RouteMatch.Regex) {
                notes.add("the routes of route_name_regex '" + route.routeName() + "' are not written: add them");
            }
        }
        for (Route route : routes()) {
            if (isUnwritten(route)) {
                notes.add(
                        route.isCatchAll()
                                ? "the open route '" + route.name()
                                        + "' is not written: it would let everything pass that no other route is for"
                                : "the open route '" + route.name()
                                        + "' is not written: a route policy is for its path");
            }
        }
        return notes;
    }

    private boolean isUnwritten(Route route) {
        return route.open() && (route.isCatchAll() || protectedPaths().contains(route.path()));
    }

    /** Paths of exact names that have policies. */
    private Set<String> protectedPaths() {
        return config.routes().stream()
                .filter(route -> route.match() instanceof RouteMatch.Exact)
                .map(route -> pathOf(route.routeName()))
                .collect(Collectors.toSet());
    }

    private List<Route> routes() {
        List<Route> routes = new ArrayList<>();
        for (RouteConfig route : config.routes()) {
            boolean streams = route.responseFlow().mode() == ProcessingMode.STREAMING;
            switch (route.match()) {
                case RouteMatch.Exact(String name) -> routes.add(new Route(name, pathOf(name), false, false, streams));
                case RouteMatch.Prefix(String prefix) ->
                    routes.add(new Route(route.routeName(), pathOf(prefix), false, false, streams));
                case RouteMatch.Any() -> routes.add(new Route(route.routeName(), "/", false, false, streams));
                case RouteMatch.Regex _ -> {
                    // Names no single route.
                }
            }
        }
        for (String name : config.kernel().openRoutes()) {
            switch (RouteMatch.written(name)) {
                case RouteMatch.Exact _ -> routes.add(new Route(name, pathOf(name), true, true, false));
                case RouteMatch.Prefix(String prefix) ->
                    routes.add(new Route(name, pathOf(prefix), true, false, false));
                case RouteMatch.Any(), RouteMatch.Regex _ -> throw new IllegalStateException(name);
            }
        }
        return routes;
    }

    private static String pathOf(String name) {
        return name.startsWith("/") ? name : "/" + name;
    }

    private ObjectNode node(Route route) {
        ObjectNode node = Nodes.empty().put("name", route.name());
        // path_separated_prefix does not match /usersX for /users, but takes no trailing slash.
        String match = route.whole() ? "path" : route.path().endsWith("/") ? "prefix" : "path_separated_prefix";
        node.putObject("match").put(match, route.path());
        if (namesRoutesByMetadata()) {
            KernelConfig.MetadataKey key = config.kernel().routeNameMetadata();
            node.putObject("metadata")
                    .putObject("filter_metadata")
                    .putObject(key.namespace())
                    .put(key.key(), route.name());
        }
        ObjectNode target = node.putObject("route").put("cluster", UpstreamCluster.NAME);
        if (route.streams()) {
            // A stream of events has no end that could be waited for; stream_idle_timeout ends one that is silent.
            target.put("timeout", "0s");
        }
        return node;
    }

    /** Whether the name in the metadata of a route comes before its own name. */
    private boolean namesRoutesByMetadata() {
        return config.kernel().routeNameSources().getFirst() == RouteNameSource.METADATA;
    }
}
