package io.policyengine.app.envoy;

import io.policyengine.core.config.EngineConfig;
import io.policyengine.core.http.PathFault;
import io.policyengine.core.http.PathRules;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Envoy's HTTP connection manager for the edge of a network (http_connection_manager.proto). The path selects the route
 * and its policies, so each path must have a single spelling. docs/envoy/setup.md explains each setting.
 */
record HttpConnections(EngineConfig config, EnvoyOptions options, FactFilters facts) {
    private static final String NAME = "envoy.filters.network.http_connection_manager";
    private static final String TYPE =
            "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager";
    /** Header fields from which some upstreams read the path, instead of from the request line. */
    private static final List<String> PATHS_BESIDES = List.of("x-original-url", "x-rewrite-url");
    /** Minimum flow-control window of a stream or connection that Envoy accepts, in bytes. */
    private static final long MIN_WINDOW = 65_536;

    /** Maximum flow-control window of a stream or connection in Envoy's configuration, in bytes (RFC 9113 §6.9.1). */
    private static final long MAX_WINDOW = Integer.MAX_VALUE;

    ObjectNode node() {
        ObjectNode manager = Nodes.empty().put("@type", TYPE).put("stat_prefix", "ingress");
        addPaths(manager);
        addClientAddress(manager);
        addLimits(manager);
        manager.putArray("access_log").add(accessLog());
        if (options.detailsHeader() != null) {
            manager.set("local_reply_config", detailsHeader(options.detailsHeader()));
        }
        ArrayNode filters = manager.putArray("http_filters");
        facts.addBefore(filters);
        filters.add(new ExtProcFilter(config, false, facts)
                        .node(options.engines().size() > 1))
                .add(Nodes.read("""
                        {"name": "envoy.filters.http.router", "typed_config":
                          {"@type": "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router"}}"""));
        ObjectNode host = Nodes.empty().put("name", "all");
        host.putArray("domains").add("*");
        host.set("routes", new EnvoyRoutes(config, facts).nodes());
        ObjectNode routes = manager.putObject("route_config").put("name", "routes");
        routes.putArray("virtual_hosts").add(host);
        PATHS_BESIDES.forEach(routes.putArray("request_headers_to_remove")::add);
        ObjectNode network = Nodes.empty().put("name", NAME);
        network.set("typed_config", manager);
        return network;
    }

    private void addPaths(ObjectNode manager) {
        boolean escapedSlashes = isAllowed(PathFault.ENCODED_SLASH) || isAllowed(PathFault.ENCODED_BACKSLASH);
        manager.put("normalize_path", true)
                .put("merge_slashes", !isAllowed(PathFault.EMPTY_SEGMENT))
                .put("path_with_escaped_slashes_action", escapedSlashes ? "KEEP_UNCHANGED" : "REJECT_REQUEST")
                .put("strip_any_host_port", true)
                .put("strip_trailing_host_dot", true)
                .put("append_x_forwarded_port", true);
    }

    /** Returns whether any route allows the fault in its paths. On all other routes, the kernel rejects such paths. */
    private boolean isAllowed(PathFault fault) {
        return config.kernel().pathRules() == PathRules.STRICT
                && config.routes().stream()
                        .anyMatch(route -> route.allowInPath().contains(fault));
    }

    /**
     * Makes Envoy append the peer's address to X-Forwarded-For, and trust as many addresses in that field as the engine
     * does.
     */
    private void addClientAddress(ObjectNode manager) {
        manager.put("use_remote_address", true)
                .put("xff_num_trusted_hops", Math.max(0, config.kernel().trustedHops() - 1));
    }

    private void addLimits(ObjectNode manager) {
        manager.put("request_timeout", "300s")
                .put("request_headers_timeout", "10s")
                .put("stream_idle_timeout", "300s");
        manager.put("max_request_headers_kb", 60);
        manager.putObject("common_http_protocol_options")
                .put("headers_with_underscores_action", "REJECT_REQUEST")
                .put("max_headers_count", 100)
                .put("idle_timeout", "300s");
        // With a smaller window, a body that Envoy buffers for the engine would stall.
        long window = Math.clamp(config.kernel().envoy().bufferLimitBytes(), MIN_WINDOW, MAX_WINDOW);
        manager.putObject("http2_protocol_options")
                .put("max_concurrent_streams", 100)
                .put("initial_stream_window_size", window)
                .put("initial_connection_window_size", Math.min(4 * window, MAX_WINDOW));
    }

    /** Returns the access log. It omits queries, since they may hold tokens and API keys. */
    private ObjectNode accessLog() {
        ObjectNode log = Nodes.read("""
                {"typed_config": {"log_format": {
                  "formatters": [{"name": "envoy.formatter.req_without_query", "typed_config": {
                    "@type": "type.googleapis.com/envoy.extensions.formatter.req_without_query.v3.ReqWithoutQuery"}}],
                  "json_format": {
                  "time": "%START_TIME%", "method": "%REQ(:METHOD)%",
                  "path": "%REQ_WITHOUT_QUERY(X-ENVOY-ORIGINAL-PATH?:PATH)%",
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
        ObjectNode config = Nodes.read("""
                {"mappers": [{"filter": {"status_code_filter": {"comparison":
                   {"op": "GE", "value": {"default_value": 100, "runtime_key": "unused"}}}},
                  "headers_to_add": [{"header": {"value": "%RESPONSE_CODE_DETAILS%"},
                    "append_action": "OVERWRITE_IF_EXISTS_OR_ADD"}]}]}""");
        ((ObjectNode) config.at("/mappers/0/headers_to_add/0/header")).put("key", header);
        return config;
    }
}
