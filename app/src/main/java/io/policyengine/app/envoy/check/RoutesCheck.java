package io.policyengine.app.envoy.check;

import io.policyengine.app.envoy.EnvoyNeeds;
import io.policyengine.core.config.EngineConfig;
import io.policyengine.core.config.KernelConfig;
import io.policyengine.core.config.KernelConfig.UnknownRoute;
import io.policyengine.core.config.RouteConfig;
import io.policyengine.core.config.RouteMatch;
import io.policyengine.core.config.RouteNameSource;
import io.policyengine.core.who.change.NextRoute;
import io.policyengine.core.who.change.NextRoute.Next;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Checks the names of Envoy's routes against the route policies, and the routes' settings for the engine's filter. Used
 * for one file; collects the route names of all its route configurations.
 */
final class RoutesCheck {
    private final EnvoyFile file;
    private final EngineConfig config;
    private final EnvoyNeeds needs;
    private final OverridesCheck overrides;
    private final RerouteCheck reroutes;
    private final NextRoute policies;
    private final NavigableSet<String> names = new TreeSet<>();
    private @Nullable String lastTable;
    private boolean isAnyUnseen;

    RoutesCheck(EnvoyFile file, EngineConfig config, EnvoyNeeds needs, OverridesCheck overrides) {
        this.file = file;
        this.config = config;
        this.needs = needs;
        this.overrides = overrides;
        this.policies = new NextRoute(config);
        this.reroutes = new RerouteCheck(file, config, needs);
    }

    /** Records that some routes are not in the file, so that no name is reported as missing. */
    void markUnseen() {
        isAnyUnseen = true;
    }

    /** Checks the routes of one route configuration, whose requests pass the filter with the given name. */
    void check(String table, String filterName) {
        lastTable = table;
        overrides.check(table, filterName, () -> true);
        Map<String, String> first = new HashMap<>();
        for (String host : file.items(table + "/virtual_hosts")) {
            overrides.check(host, filterName, () -> true);
            if (areNamesWritten()) {
                reroutes.check(file.items(host + "/routes"), this::nameOf);
            }
            for (String route : file.items(host + "/routes")) {
                String name = nameOf(route);
                checkName(route, name, first);
                overrides.check(route, filterName, () -> isGuarded(name));
                for (String cluster : file.items(route + "/route/weighted_clusters/clusters")) {
                    overrides.check(cluster, filterName, () -> isGuarded(name));
                }
            }
            if (file.has(host + "/matcher")) {
                markUnseen();
                file.note(host + "/matcher", "not checked: routes of a matcher");
            }
        }
        if (file.has(table + "/vhds")) {
            markUnseen();
            file.note(table + "/vhds", "not seen: the virtual hosts, which come by vhds");
        }
    }

    /** Returns whether the engine must see the requests of a route with the given name. */
    private boolean isGuarded(String name) {
        return hasPolicy(name) || (!isOpen(name) && denies());
    }

    private boolean denies() {
        return config.kernel().unknownRoute() == UnknownRoute.DENY;
    }

    private String nameOf(String route) {
        for (RouteNameSource source : config.kernel().routeNameSources()) {
            String name = switch (source) {
                case ATTRIBUTE -> file.text(route + "/name");
                case METADATA -> metadataName(route);
                case GRPC_METADATA, HEADER -> "";
            };
            if (!name.isEmpty()) {
                return name;
            }
        }
        return "";
    }

    private String metadataName(String route) {
        KernelConfig.MetadataKey key = config.kernel().routeNameMetadata();
        String namespace = EnvoyFile.child(route + "/metadata/filter_metadata", key.namespace());
        return file.text(EnvoyFile.child(namespace, key.key()));
    }

    private boolean areNamesWritten() {
        return Stream.of(RouteNameSource.GRPC_METADATA, RouteNameSource.HEADER)
                .noneMatch(config.kernel().routeNameSources()::contains);
    }

    private void checkName(String route, String name, Map<String, String> first) {
        if (!areNamesWritten()) {
            return;
        }
        if (name.isEmpty()) {
            report(route, "a route without a name", "name: " + suggestion(route));
            return;
        }
        names.add(name);
        if (!hasPolicy(name) && !isOpen(name)) {
            report(
                    route + "/name",
                    "no route policy for '" + name + "'",
                    "# in a file of routes/, or in open_routes of kernel.yaml\nroute_name: " + name);
        } else if (isOpen(name) && "/".equals(file.text(route + "/match/prefix"))) {
            file.warning(
                    route,
                    "the open route '" + name + "' matches every path that no other route matches, however it is"
                            + " spelt",
                    null);
        }
        String earlier = first.putIfAbsent(name, route);
        if (earlier != null && !needs.rerouting().containsKey(name)) {
            file.note(
                    route + "/name",
                    "'" + name + "' is also the name of the route in line "
                            + file.location(earlier + "/name").line() + ": both have the same policies");
        }
    }

    private void report(String at, String what, String text) {
        if (denies()) {
            file.error(at, what + ": its requests get 403 (unknown_route: deny)", text);
        } else {
            file.warning(at, what + ": its requests pass without policies (unknown_route: continue)", text);
        }
    }

    /** Returns the name of a route policy that has the path of the route, or a name to choose. */
    private String suggestion(String route) {
        String path = Stream.of("path", "path_separated_prefix", "prefix")
                .map(kind -> file.text(route + "/match/" + kind))
                .filter(text -> !text.isEmpty())
                .findFirst()
                .orElse("A-NAME");
        String shorter = path.length() > 1 && path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
        return config.routes().stream()
                .map(RouteConfig::routeName)
                .filter(name -> name.equals(path) || name.equals(shorter) || ("/" + name).equals(shorter))
                .findFirst()
                .orElse(path);
    }

    private boolean isOpen(String name) {
        return policies.named(name) instanceof Next.Open;
    }

    private boolean hasPolicy(String name) {
        return policies.named(name) instanceof Next.Policy;
    }

    private boolean isUnused(RouteMatch match) {
        return switch (match) {
            case RouteMatch.Exact(String exact) -> !names.contains(exact);
            case RouteMatch.Prefix(String prefix) -> {
                String next = names.ceiling(prefix);
                yield next == null || !next.startsWith(prefix);
            }
            case RouteMatch.Regex(var pattern) ->
                names.stream().noneMatch(name -> pattern.matcher(name).matches());
            case RouteMatch.Any() -> false;
        };
    }

    /** Reports the route policies for which the file has no route. */
    void reportUnused() {
        String table = lastTable;
        if (isAnyUnseen || table == null || !areNamesWritten()) {
            return;
        }
        for (RouteConfig route : config.routes()) {
            if (isUnused(route.match())) {
                file.warning(
                        table,
                        "no route has the name '" + route.routeName() + "', whose policies (" + route.location()
                                + ") run on no request",
                        null);
            }
        }
    }
}
