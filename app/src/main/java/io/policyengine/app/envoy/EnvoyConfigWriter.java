package io.policyengine.app.envoy;

import io.policyengine.app.command.CommandFailure;
import io.policyengine.app.envoy.EnvoyParts.Scope;
import io.policyengine.core.config.EngineConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;
import tools.jackson.dataformat.yaml.YAMLWriteFeature;

/**
 * Writes an Envoy configuration for a conf directory. All requests pass through the engine, and Envoy's routes have the
 * names of the route policies.
 */
public final class EnvoyConfigWriter {
    private static final String LISTENER = "/static_resources/listeners/0";
    private static final String CLUSTER = "/static_resources/clusters/0";
    private static final YAMLMapper YAML = YAMLMapper.builder()
            .disable(YAMLWriteFeature.WRITE_DOC_START_MARKER, YAMLWriteFeature.SPLIT_LINES)
            .enable(YAMLWriteFeature.MINIMIZE_QUOTES, YAMLWriteFeature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
            .build();

    private final EngineConfig config;
    private final EnvoyOptions options;
    private final FactFilters facts;

    /**
     * Creates a writer for a configuration.
     *
     * @param needs the namespaces of Envoy's metadata that the chains read
     */
    public EnvoyConfigWriter(EngineConfig config, EnvoyNeeds needs, EnvoyOptions options) {
        this.config = config;
        this.options = options;
        this.facts = new FactFilters(
                needs, options.version(), config.kernel().envoy().bufferLimitBytes());
    }

    /**
     * Returns a complete bootstrap file as YAML.
     *
     * @throws CommandFailure if Envoy would never choose a route, so that its requests would match other routes
     */
    public String bootstrap() {
        EnvoyRoutes routes = new EnvoyRoutes(config, facts);
        List<String> faults = routes.faults();
        if (!faults.isEmpty()) {
            throw CommandFailure.failed(String.join("\n", faults));
        }
        ObjectNode file = complete(routes);
        String manager = LISTENER + "/filter_chains/0/filters/0/typed_config";
        return Comments.in(
                yaml(file),
                Map.of(
                        Scope.BOOTSTRAP,
                        "",
                        Scope.LISTENER,
                        LISTENER,
                        Scope.MANAGER,
                        manager,
                        Scope.ROUTES,
                        manager + "/route_config",
                        Scope.FILTER,
                        manager + filterPlace(file.at(manager + "/http_filters").size() - 2),
                        Scope.CLUSTER,
                        CLUSTER,
                        Scope.ENGINE_HTTP2,
                        CLUSTER + EnvoyParts.HTTP2),
                routes.comments(manager + "/route_config/virtual_hosts/0/routes"));
    }

    private ObjectNode complete(EnvoyRoutes routes) {
        ObjectNode file = Nodes.empty();
        ObjectNode resources = file.putObject("static_resources");
        resources.putArray("listeners").add(listener());
        resources.putArray("clusters").add(engine().node()).add(new UpstreamCluster(options.upstreams(), facts).node());
        file.set("overload_manager", Nodes.read("""
                {"resource_monitors": [{"name": "envoy.resource_monitors.global_downstream_max_connections", "typed_config": {
                   "@type": "type.googleapis.com/envoy.extensions.resource_monitors.downstream_connections.v3.DownstreamConnectionsConfig",
                   "max_active_downstream_connections": 50000}}]}"""));
        file.putObject("layered_runtime").putArray("layers").add(runtime(routes));
        file.putObject("admin").set("address", Nodes.socketAddress("127.0.0.1", options.adminPort()));
        return file;
    }

    private static String filterPlace(int index) {
        return "/http_filters/" + index + "/typed_config";
    }

    /** Returns the parts that a user's own Envoy configuration should also have. */
    public EnvoyParts parts() {
        ObjectNode listener = listener();
        ObjectNode manager = (ObjectNode) listener.at("/filter_chains/0/filters/0/typed_config");
        return new EnvoyParts(
                complete(new EnvoyRoutes(config, facts)),
                listener,
                manager,
                (ObjectNode) manager.get("route_config"),
                new ExtProcFilter(config, false, facts).node(engine().isRedundant()),
                engine().node());
    }

    /** Returns a part of a configuration as YAML. */
    public static String yaml(JsonNode part) {
        return YAML.writeValueAsString(part);
    }

    private static ObjectNode runtime(EnvoyRoutes routes) {
        ObjectNode layer = Nodes.empty().put("name", "static");
        // Otherwise, streams that one client opens at once would all precede the streams of other clients.
        ObjectNode values = layer.putObject("static_layer").put("http.max_requests_per_io_cycle", 1);
        if (routes.hasPatterns()) {
            // Envoy's default rejects expressions of more than about 100 characters.
            values.put("re2.max_program_size.error_level", 100_000);
        }
        return layer;
    }

    /** Returns the filters and the engine's cluster as YAML, for use in an existing Envoy configuration. */
    public String filter() {
        ObjectNode file = Nodes.empty();
        ArrayNode filters = file.putArray("http_filters");
        facts.addBefore(filters);
        filters.add(ownFilter());
        file.putArray("clusters").add(engine().node());
        facts.ofUpstream().ifPresent(upstream -> file.set("upstream_http_filters", upstream));
        return Comments.in(
                yaml(file),
                Map.of(
                        Scope.FILTER,
                        filterPlace(filters.size() - 1),
                        Scope.CLUSTER,
                        "/clusters/0",
                        Scope.ENGINE_HTTP2,
                        "/clusters/0" + EnvoyParts.HTTP2),
                Map.of());
    }

    /** Returns the ext_proc filter for a configuration whose routes the user writes. */
    private ObjectNode ownFilter() {
        return new ExtProcFilter(config, forwardsMetadata(), facts).node(engine().isRedundant());
    }

    /** Returns notes for users: omitted routes, missing facts and metadata, and settings that lose requests. */
    public List<String> notes() {
        return Stream.of(
                        new EnvoyRoutes(config, facts).notes(),
                        facts.needs().reroutingNotes(),
                        engine().notes(),
                        facts.notes(),
                        metadataNotes())
                .flatMap(List::stream)
                .toList();
    }

    /** Returns notes on the filters for users who write the routes themselves. */
    public List<String> filterNotes() {
        List<String> notes = new ArrayList<>(facts.needs().reroutingNotes());
        notes.addAll(engine().notes());
        notes.addAll(facts.filterNotes());
        notes.addAll(metadataNotes());
        if (forwardsMetadata()) {
            notes.add("dynamic metadata of '"
                    + config.kernel().routeNameMetadata().namespace()
                    + "' may name a route that has no name in its own metadata: remove forwarding_namespaces if every "
                    + "route has a name there; in any case, let no filter write client data to that namespace");
        }
        return notes;
    }

    private List<String> metadataNotes() {
        boolean isLost = !config.kernel().envoy().receivingTypedNamespaces().isEmpty()
                && !options.version().takesTypedMetadata();
        return isLost
                ? List.of("Envoy " + options.version() + " does not support typed metadata, which "
                        + "policy_kernel.envoy.receiving_typed_namespaces needs: Envoy "
                        + EnvoyVersion.TYPED_METADATA
                        + " and later does")
                : List.of();
    }

    /** Returns whether Envoy must forward dynamic metadata, which may name a route. */
    private boolean forwardsMetadata() {
        return EnvoyRoutes.areNamedByMetadata(config.kernel());
    }

    private EngineCluster engine() {
        return new EngineCluster(config.kernel().server(), options.engines());
    }

    private ObjectNode listener() {
        ObjectNode listener = Nodes.empty().put("name", "ingress");
        listener.set("address", Nodes.socketAddress(options.listenAddress(), options.listenPort()));
        listener.put(
                "per_connection_buffer_limit_bytes", config.kernel().envoy().bufferLimitBytes());
        listener.putArray("filter_chains")
                .addObject()
                .putArray("filters")
                .add(new HttpConnections(config, options, facts).node());
        return listener;
    }
}
