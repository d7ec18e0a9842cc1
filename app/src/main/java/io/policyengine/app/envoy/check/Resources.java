package io.policyengine.app.envoy.check;

import io.policyengine.app.command.CommandFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * The places of those parts of an Envoy configuration that concern the engine. The file is a bootstrap file, a response
 * of Envoy's {@code /config_dump}, or a list of resources for Envoy's dynamic configuration.
 *
 * @param listeners JSON pointers of the listeners
 * @param clusters JSON pointers of the clusters
 * @param routes JSON pointers of the separate route configurations
 * @param seesAll whether no listener, cluster or route configuration comes from elsewhere
 */
record Resources(List<String> listeners, List<String> clusters, List<String> routes, boolean seesAll) {
    private static final String BOOTSTRAP = "envoy.config.bootstrap.v3.Bootstrap";
    private static final String DUMP = "envoy.admin.v3.ConfigDump";
    private static final String ANSWER = "envoy.service.discovery.v3.DiscoveryResponse";

    /** An HTTP connection manager with the listener to which it belongs, as JSON pointers. */
    record HttpChain(String pointer, String listener) {}

    /** Returns the full name of the message that a file contains. */
    static String message(String file, JsonNode root) {
        if (root.path("configs").isArray()) {
            return DUMP;
        }
        if (root.path("resources").isArray()) {
            return ANSWER;
        }
        if (root.has("http_filters") || root.has("filter_chains")) {
            throw CommandFailure.usage(file + " is a part of a configuration: name a whole bootstrap file, an answer of"
                    + " Envoy's /config_dump, or a file with a list 'resources'");
        }
        return BOOTSTRAP;
    }

    static boolean isBootstrap(EnvoyFile file) {
        return !file.has("/configs") && !file.has("/resources");
    }

    static Resources of(EnvoyFile file) {
        List<String> listeners = new ArrayList<>(file.items("/static_resources/listeners"));
        List<String> clusters = new ArrayList<>(file.items("/static_resources/clusters"));
        List<String> routes = new ArrayList<>();
        boolean seesAll = noteDynamic(file);
        for (String resource : file.items("/resources")) {
            if (file.isA(resource, "Listener")) {
                listeners.add(resource);
            } else if (file.isA(resource, "Cluster")) {
                clusters.add(resource);
            } else if (file.isA(resource, "RouteConfiguration")) {
                routes.add(resource);
            }
        }
        for (String dump : file.items("/configs")) {
            addAll(file, listeners, dump + "/static_listeners", "/listener");
            addAll(file, listeners, dump + "/dynamic_listeners", "/active_state/listener");
            addAll(file, clusters, dump + "/static_clusters", "/cluster");
            addAll(file, clusters, dump + "/dynamic_active_clusters", "/cluster");
            addAll(file, routes, dump + "/static_route_configs", "/route_config");
            addAll(file, routes, dump + "/dynamic_route_configs", "/route_config");
        }
        return new Resources(listeners, clusters, routes, seesAll && !file.has("/resources"));
    }

    private static void addAll(EnvoyFile file, List<String> found, String list, String part) {
        file.items(list).stream().map(item -> item + part).filter(file::has).forEach(found::add);
    }

    private static boolean noteDynamic(EnvoyFile file) {
        List<String> sources = Stream.of("lds_config", "cds_config", "ads_config")
                .map(source -> "/dynamic_resources/" + source)
                .filter(file::has)
                .toList();
        for (String source : sources) {
            file.note(
                    source,
                    "not seen: what '" + source.substring(source.lastIndexOf('/') + 1)
                            + "' delivers; check the answer of Envoy's /config_dump for that");
        }
        return sources.isEmpty();
    }

    /** Returns the connection managers of all listeners. */
    List<HttpChain> managers(EnvoyFile file) {
        List<HttpChain> managers = new ArrayList<>();
        for (String listener : listeners) {
            List<String> chains = new ArrayList<>(file.items(listener + "/filter_chains"));
            chains.add(listener + "/default_filter_chain");
            for (String chain : chains) {
                file.items(chain + "/filters").stream()
                        .map(filter -> filter + "/typed_config")
                        .filter(config -> file.isA(config, "HttpConnectionManager"))
                        .forEach(config -> managers.add(new HttpChain(config, listener)));
            }
        }
        return managers;
    }

    Optional<String> cluster(EnvoyFile file, String name) {
        return named(file, clusters, name);
    }

    /** Returns the route configuration of a connection manager, if the file has it; otherwise notes what is not seen. */
    Optional<String> routesOf(EnvoyFile file, HttpChain manager) {
        String own = manager.pointer() + "/route_config";
        if (file.has(own)) {
            return Optional.of(own);
        }
        String rds = manager.pointer() + "/rds";
        Optional<String> found = named(file, routes, file.text(rds + "/route_config_name"));
        if (found.isEmpty() && file.has(rds)) {
            file.note(
                    rds, "not seen: the routes, which come by rds; check the answer of Envoy's /config_dump for them");
        } else if (found.isEmpty() && file.has(manager.pointer() + "/scoped_routes")) {
            file.note(manager.pointer() + "/scoped_routes", "not seen: the routes, which come by scoped_routes");
        }
        return found;
    }

    private static Optional<String> named(EnvoyFile file, List<String> pointers, String name) {
        return pointers.stream()
                .filter(pointer -> file.text(pointer + "/name").equals(name))
                .findFirst();
    }
}
