package io.policyengine.app.envoy;

import io.policyengine.core.config.EngineConfig;
import io.policyengine.core.config.RouteConfig;
import io.policyengine.core.config.RouteMatch;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;
import tools.jackson.dataformat.yaml.YAMLWriteFeature;

/** Writes Envoy's side of a conf directory: nothing passes without the engine, and its routes have the names that policies have. */
public final class EnvoyConfigWriter {
    private static final JsonMapper JSON = new JsonMapper();
    private static final YAMLMapper YAML = YAMLMapper.builder()
            .disable(YAMLWriteFeature.WRITE_DOC_START_MARKER, YAMLWriteFeature.SPLIT_LINES)
            .enable(YAMLWriteFeature.MINIMIZE_QUOTES, YAMLWriteFeature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
            .build();
    private static final String UPSTREAM = "upstream";
    private static final String HCM = "envoy.filters.network.http_connection_manager";
    private static final String HCM_TYPE =
            "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager";

    private final EngineConfig config;
    private final EnvoyOptions options;

    /** A writer for this configuration. */
    public EnvoyConfigWriter(EngineConfig config, EnvoyOptions options) {
        this.config = config;
        this.options = options;
    }

    /** A whole bootstrap file, as YAML. */
    public String bootstrap() {
        ObjectNode file = JSON.createObjectNode();
        ObjectNode resources = file.putObject("static_resources");
        resources.putArray("listeners").add(listener());
        resources.putArray("clusters").add(engineCluster()).add(upstreamCluster());
        file.putObject("admin").set("address", socketAddress("127.0.0.1", options.adminPort()));
        return YAML.writeValueAsString(file);
    }

    /** The filter and the engine's cluster only, for an Envoy configuration that is there already, as YAML. */
    public String filter() {
        ObjectNode file = JSON.createObjectNode();
        file.putArray("http_filters").add(new ExtProcFilter(config.kernel()).node());
        file.putArray("clusters").add(engineCluster());
        return YAML.writeValueAsString(file);
    }

    /** Route policies whose routes cannot be written, since they name no single route. */
    public List<String> unwritten() {
        return config.routes().stream()
                .filter(route -> route.match() instanceof RouteMatch.Regex)
                .map(RouteConfig::routeName)
                .toList();
    }

    private ObjectNode listener() {
        ObjectNode listener = JSON.createObjectNode().put("name", "ingress");
        listener.set("address", socketAddress(options.listenAddress(), options.listenPort()));
        listener.put(
                "per_connection_buffer_limit_bytes", config.kernel().envoy().bufferLimitBytes());
        ObjectNode manager = JSON.createObjectNode().put("@type", HCM_TYPE).put("stat_prefix", "ingress");
        manager.putArray("access_log").add(accessLog());
        if (options.detailsHeader() != null) {
            manager.set("local_reply_config", detailsHeader(options.detailsHeader()));
        }
        manager.putArray("http_filters")
                .add(new ExtProcFilter(config.kernel()).node())
                .add(read("""
                        {"name": "envoy.filters.http.router", "typed_config":
                          {"@type": "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router"}}"""));
        ObjectNode host = JSON.createObjectNode().put("name", "all");
        host.putArray("domains").add("*");
        host.set("routes", routes());
        manager.putObject("route_config")
                .put("name", "routes")
                .putArray("virtual_hosts")
                .add(host);
        ObjectNode network = JSON.createObjectNode().put("name", HCM);
        network.set("typed_config", manager);
        listener.putArray("filter_chains").addObject().putArray("filters").add(network);
        return listener;
    }

    /** One route per exact name and prefix, the longest first, and one for all the rest. */
    private ArrayNode routes() {
        List<String> names = new ArrayList<>();
        for (RouteConfig route : config.routes()) {
            switch (route.match()) {
                case RouteMatch.Exact(String name) -> names.add(name);
                case RouteMatch.Prefix(String prefix) -> names.add(prefix);
                case RouteMatch.Regex _, RouteMatch.Any _ -> {
                    // The last route is for them.
                }
            }
        }
        names.sort(Comparator.comparingInt(String::length).reversed().thenComparing(Comparator.naturalOrder()));
        ArrayNode routes = JSON.createArrayNode();
        names.stream().distinct().forEach(name -> routes.add(route(name, name.startsWith("/") ? name : "/" + name)));
        if (!names.contains("/")) {
            routes.add(route("default", "/"));
        }
        return routes;
    }

    private static ObjectNode route(String name, String path) {
        ObjectNode route = JSON.createObjectNode().put("name", name);
        // path_separated_prefix does not match /usersX for /users, but takes no trailing slash.
        route.putObject("match").put(path.endsWith("/") ? "prefix" : "path_separated_prefix", path);
        route.putObject("route").put("cluster", UPSTREAM);
        return route;
    }

    private ObjectNode accessLog() {
        ObjectNode log = read("""
                {"typed_config": {"log_format": {"json_format": {
                  "time": "%START_TIME%", "method": "%REQ(:METHOD)%", "path": "%REQ(X-ENVOY-ORIGINAL-PATH?:PATH)%",
                  "status": "%RESPONSE_CODE%", "details": "%RESPONSE_CODE_DETAILS%", "flags": "%RESPONSE_FLAGS%",
                  "route": "%ROUTE_NAME%", "duration_ms": "%DURATION%", "request_id": "%REQ(X-REQUEST-ID)%"}}}}""");
        ObjectNode typed = (ObjectNode) log.get("typed_config");
        if (options.accessLog() == null) {
            log.put("name", "envoy.access_loggers.stdout");
            typed.put("@type", "type.googleapis.com/envoy.extensions.access_loggers.stream.v3.StdoutAccessLog");
        } else {
            log.put("name", "envoy.access_loggers.file");
            typed.put("@type", "type.googleapis.com/envoy.extensions.access_loggers.file.v3.FileAccessLog");
            typed.put("path", options.accessLog().toString());
        }
        return log;
    }

    private static ObjectNode detailsHeader(String header) {
        ObjectNode config = read("""
                {"mappers": [{"filter": {"status_code_filter": {"comparison":
                   {"op": "GE", "value": {"default_value": 100, "runtime_key": "unused"}}}},
                  "headers_to_add": [{"header": {"value": "%RESPONSE_CODE_DETAILS%"},
                    "append_action": "OVERWRITE_IF_EXISTS_OR_ADD"}]}]}""");
        ((ObjectNode) config.at("/mappers/0/headers_to_add/0/header")).put("key", header);
        return config;
    }

    private ObjectNode engineCluster() {
        var server = config.kernel().server();
        ObjectNode cluster = JSON.createObjectNode().put("name", ExtProcFilter.CLUSTER);
        cluster.put("connect_timeout", "1s");
        // An exchange that no connection is free for must fail by our limits, not by Envoy's defaults of 1024.
        cluster.set("circuit_breakers", read("""
                {"thresholds": [
                  {"priority": "DEFAULT", "max_connections": 100000, "max_pending_requests": 100000, "max_requests": 1000000},
                  {"priority": "HIGH", "max_connections": 100000, "max_pending_requests": 100000, "max_requests": 1000000}]}"""));
        ObjectNode protocol = read("""
                {"envoy.extensions.upstreams.http.v3.HttpProtocolOptions": {
                  "@type": "type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions",
                  "explicit_http_config": {"http2_protocol_options": {
                    "connection_keepalive": {"interval": "15s", "timeout": "5s"}}}}}""");
        ((ObjectNode)
                        protocol.at(
                                "/envoy.extensions.upstreams.http.v3.HttpProtocolOptions/explicit_http_config/http2_protocol_options"))
                .put("max_concurrent_streams", server.maxConcurrentStreams());
        cluster.set("typed_extension_protocol_options", protocol);
        String socket = server.socketPath();
        if (options.engine() == null && socket != null) {
            ObjectNode pipe = JSON.createObjectNode();
            pipe.putObject("pipe").put("path", socket);
            return endpoints(cluster, "STATIC", List.of(pipe));
        }
        HostPort engine =
                options.engine() != null ? options.engine() : new HostPort(reachable(server.address()), server.port());
        return endpoints(cluster, "STRICT_DNS", List.of(socketAddress(engine.host(), engine.port())));
    }

    /** Where an address that a server of this machine listens on is reached. */
    private static String reachable(String address) {
        return switch (address) {
            case "0.0.0.0" -> "127.0.0.1";
            case "::" -> "::1";
            default -> address;
        };
    }

    private ObjectNode upstreamCluster() {
        ObjectNode cluster = JSON.createObjectNode().put("name", UPSTREAM).put("connect_timeout", "1s");
        return endpoints(
                cluster,
                "STRICT_DNS",
                options.upstreams().stream()
                        .map(upstream -> socketAddress(upstream.host(), upstream.port()))
                        .toList());
    }

    private static ObjectNode endpoints(ObjectNode cluster, String type, List<ObjectNode> addresses) {
        cluster.put("type", type);
        ObjectNode assignment = cluster.putObject("load_assignment")
                .put("cluster_name", cluster.get("name").stringValue());
        ArrayNode endpoints = assignment.putArray("endpoints").addObject().putArray("lb_endpoints");
        addresses.forEach(address -> endpoints.addObject().putObject("endpoint").set("address", address));
        return cluster;
    }

    private static ObjectNode socketAddress(String address, int port) {
        ObjectNode node = JSON.createObjectNode();
        node.putObject("socket_address").put("address", address).put("port_value", port);
        return node;
    }

    private static ObjectNode read(String json) {
        return (ObjectNode) JSON.readTree(json);
    }
}
