package io.policyengine.app.envoy;

import io.policyengine.core.config.EngineConfig;
import io.policyengine.core.config.KernelConfig;
import io.policyengine.core.config.ProcessingMode;
import io.policyengine.core.config.RouteConfig;
import io.policyengine.core.config.RouteMatch;
import io.policyengine.core.config.RouteNameSource;
import io.policyengine.core.http.PathFault;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Envoy's routes for the route policies and open routes of a configuration. Each route has the name from the
 * configuration, so the kernel never confuses two routes. Requests that match no route get 404.
 */
record EnvoyRoutes(EngineConfig config, FactFilters facts) {
    /**
     * A route of Envoy.
     *
     * @param path the paths that the route matches
     * @param open whether the route has no policies
     * @param allowInPath path faults that only this route accepts
     * @param streams whether responses on this route have no time limit
     */
    record Route(String name, RoutePath path, boolean open, Set<PathFault> allowInPath, boolean streams) {
        static Route of(RouteConfig route, RoutePath path) {
            boolean streams = route.responseFlow().mode() == ProcessingMode.STREAMING;
            return new Route(route.routeName(), path, false, route.allowInPath(), streams);
        }

        static Route opened(String name, RoutePath path) {
            return new Route(name, path, true, Set.of(), false);
        }
    }

    /** Sorts longer paths first, then by extent, then routes with policies before open ones, then by name. */
    private static final Comparator<Route> ORDER = Comparator.comparingInt(
                    (Route route) -> route.path().text().length())
            .reversed()
            .thenComparing(route -> route.path().extent())
            .thenComparing(Route::open)
            .thenComparing(Route::name);

    ArrayNode nodes() {
        ArrayNode nodes = Nodes.empty().putArray("routes");
        written().map(this::node).forEach(nodes::add);
        return nodes;
    }

    private Stream<Route> written() {
        return routes().stream().filter(route -> !isUnwritten(route)).sorted(ORDER);
    }

    /** Returns comments for the list of routes at a JSON pointer, by the JSON pointers of the commented values. */
    Map<String, String> comments(String list) {
        Map<String, String> comments = new HashMap<>();
        List<Route> written = written().toList();
        for (int i = 0; i < written.size(); i++) {
            if (written.get(i).open()) {
                comments.put(list + "/" + i + "/name", "kernel.yaml: open_routes");
            }
            if (written.get(i).streams()) {
                comments.put(
                        list + "/" + i + "/route/timeout",
                        "events have no end; stream_idle_timeout ends a stream that is silent");
            }
        }
        return comments;
    }

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
                        route.path().isCatchAll()
                                ? "the open route '" + route.name()
                                        + "' is not written: it would open everything that no other route matches"
                                : "the open route '" + route.name()
                                        + "' is not written: a route policy has the same path");
            }
        }
        return notes;
    }

    /**
     * Returns a message with a remedy for each route that Envoy would never choose. Routes may be written only if there
     * is no message.
     */
    List<String> faults() {
        return new RouteFaults(config).of(routes());
    }

    boolean hasPatterns() {
        return routes().stream().anyMatch(route -> route.path().isPattern());
    }

    /** Returns whether an open route is omitted: it would match everything, or has the path of a route policy. */
    private boolean isUnwritten(Route route) {
        return route.open() && (route.path().isCatchAll() || protectedPaths().contains(route.path()));
    }

    /** Returns the paths that an open route must not have, because a route policy protects them. */
    private Set<RoutePath> protectedPaths() {
        Set<RoutePath> paths = new HashSet<>();
        for (RouteConfig route : config.routes()) {
            switch (route.match()) {
                case RouteMatch.Exact(String name) -> {
                    paths.add(RoutePath.whole(name));
                    paths.add(RoutePath.beginning(name));
                }
                case RouteMatch.Prefix(String prefix) -> paths.add(RoutePath.beginning(prefix));
                case RouteMatch.Any(), RouteMatch.Regex _ -> {
                    // They have no single path.
                }
            }
        }
        return paths;
    }

    private List<Route> routes() {
        List<Route> routes = new ArrayList<>();
        for (RouteConfig route : config.routes()) {
            switch (route.match()) {
                case RouteMatch.Exact(String name) -> routes.add(Route.of(route, RoutePath.andBelow(name)));
                case RouteMatch.Prefix(String prefix) -> routes.add(Route.of(route, RoutePath.beginning(prefix)));
                case RouteMatch.Any() -> routes.add(Route.of(route, RoutePath.beginning("/")));
                case RouteMatch.Regex _ -> {
                    // Names no single route.
                }
            }
        }
        for (String name : config.kernel().openRoutes()) {
            switch (RouteMatch.written(name)) {
                case RouteMatch.Exact _ -> routes.add(Route.opened(name, RoutePath.whole(name)));
                case RouteMatch.Prefix(String prefix) -> routes.add(Route.opened(name, RoutePath.beginning(prefix)));
                case RouteMatch.Any(), RouteMatch.Regex _ -> throw new IllegalStateException(name);
            }
        }
        return routes;
    }

    private ObjectNode node(Route route) {
        ObjectNode node = Nodes.empty().put("name", route.name());
        node.set("match", route.path().match());
        if (areNamedByMetadata(config.kernel())) {
            KernelConfig.MetadataKey key = config.kernel().routeNameMetadata();
            node.putObject("metadata")
                    .putObject("filter_metadata")
                    .putObject(key.namespace())
                    .put(key.key(), route.name());
        }
        ObjectNode target = node.putObject("route").put("cluster", UpstreamCluster.NAME);
        if (route.streams()) {
            // An event stream is unbounded; stream_idle_timeout ends a silent one.
            target.put("timeout", "0s");
        }
        if (!route.open()) {
            facts.declare(node, route.name(), route.path());
        }
        return node;
    }

    /**
     * Returns whether the kernel reads route names from metadata, either alone or with priority over the attribute.
     */
    static boolean areNamedByMetadata(KernelConfig kernel) {
        int metadata = kernel.routeNameSources().indexOf(RouteNameSource.METADATA);
        int attribute = kernel.routeNameSources().indexOf(RouteNameSource.ATTRIBUTE);
        return metadata >= 0 && (attribute < 0 || metadata < attribute);
    }
}
