package io.policyengine.app.envoy;

import static io.policyengine.app.envoy.EnvoyParts.Scope.BOOTSTRAP;
import static io.policyengine.app.envoy.EnvoyParts.Scope.CLUSTER;
import static io.policyengine.app.envoy.EnvoyParts.Scope.ENGINE_HTTP2;
import static io.policyengine.app.envoy.EnvoyParts.Scope.FILTER;
import static io.policyengine.app.envoy.EnvoyParts.Scope.LISTENER;
import static io.policyengine.app.envoy.EnvoyParts.Scope.MANAGER;
import static io.policyengine.app.envoy.EnvoyParts.Scope.ROUTES;
import static io.policyengine.app.envoy.EnvoySetting.Rule.AT_LEAST;
import static io.policyengine.app.envoy.EnvoySetting.Rule.AT_MOST;
import static io.policyengine.app.envoy.EnvoySetting.Rule.CONTAINS;
import static io.policyengine.app.envoy.EnvoySetting.Rule.PRESENT;
import static io.policyengine.app.envoy.EnvoySetting.Rule.SAME;
import static io.policyengine.app.envoy.EnvoySetting.Rule.WRITTEN;
import static io.policyengine.core.error.Problem.Severity.ERROR;
import static io.policyengine.core.error.Problem.Severity.WARNING;

import io.policyengine.app.envoy.EnvoyParts.Scope;
import io.policyengine.core.error.Problem.Severity;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A setting of Envoy on which the engine relies, with its value and comment in the printed configuration. The comment
 * is the reason, which a message about another value names, too. docs/envoy/setup.md lists all settings.
 */
public enum EnvoySetting {
    BUFFER_LIMIT(
            LISTENER,
            "/per_connection_buffer_limit_bytes",
            SAME,
            ERROR,
            "1048576",
            "kernel.yaml: buffer_limit_bytes; if they differ, a body that policies read may stall, or get 413"),
    NORMALIZE_PATH(
            MANAGER, "/normalize_path", SAME, ERROR, "false", "a path reaches its policies in one spelling only"),
    MERGE_SLASHES(MANAGER, "/merge_slashes", SAME, ERROR, "false", "'//x' takes the route of '/x'"),
    ESCAPED_SLASHES(
            MANAGER,
            "/path_with_escaped_slashes_action",
            SAME,
            ERROR,
            "\"KEEP_UNCHANGED\"",
            "the upstream may read '/x%2Fy' as the path of another route"),
    HOST_PORT(
            MANAGER, "/strip_any_host_port", SAME, WARNING, "false", "routes and conditions see hosts without a port"),
    HOST_DOT(
            MANAGER,
            "/strip_trailing_host_dot",
            SAME,
            WARNING,
            "false",
            "routes and conditions see hosts without a dot at the end"),
    REMOTE_ADDRESS(
            MANAGER,
            "/use_remote_address",
            SAME,
            WARNING,
            "false",
            "Envoy, not the client, writes the last entry of X-Forwarded-For"),
    TRUSTED_HOPS(
            MANAGER,
            "/xff_num_trusted_hops",
            SAME,
            WARNING,
            "0",
            "kernel.yaml: trusted_hops, without Envoy's own entry"),
    REQUEST_TIMEOUT(MANAGER, "/request_timeout", PRESENT, WARNING, "\"0s\"", "ends requests that never end"),
    HEADERS_TIMEOUT(
            MANAGER, "/request_headers_timeout", PRESENT, WARNING, "\"0s\"", "ends requests whose headers never end"),
    STREAM_IDLE_TIMEOUT(
            MANAGER, "/stream_idle_timeout", PRESENT, WARNING, "\"300s\"", "ends exchanges without activity"),
    HEADERS_SIZE(
            MANAGER,
            "/max_request_headers_kb",
            AT_MOST,
            WARNING,
            "60",
            "headers cost memory in Envoy, the engine and the upstream"),
    UNDERSCORES(
            MANAGER,
            "/common_http_protocol_options/headers_with_underscores_action",
            SAME,
            ERROR,
            "\"ALLOW\"",
            "some upstreams take X_User_ID for X-User-ID"),
    HEADERS_COUNT(
            MANAGER,
            "/common_http_protocol_options/max_headers_count",
            AT_MOST,
            WARNING,
            "100",
            "the engine sets no more fields than this"),
    CLIENT_STREAMS(
            MANAGER,
            "/http2_protocol_options/max_concurrent_streams",
            AT_MOST,
            WARNING,
            "1024",
            "bounds the exchanges of one connection"),
    CLIENT_WINDOW(
            MANAGER,
            "/http2_protocol_options/initial_stream_window_size",
            AT_LEAST,
            WARNING,
            "16777216",
            "not below per_connection_buffer_limit_bytes, or a body that policies read stalls"),
    QUERIES(
            MANAGER,
            "/access_log/0/typed_config/log_format/json_format/path",
            WRITTEN,
            WARNING,
            null,
            "a query may hold tokens and keys"),
    DETAILS(
            MANAGER,
            "/access_log/0/typed_config/log_format/json_format/details",
            WRITTEN,
            WARNING,
            null,
            "reason, exact code and policy of a refusal"),
    NAMES(
            ROUTES,
            "/virtual_hosts/0/routes",
            WRITTEN,
            WARNING,
            null,
            "the engine finds policies by the route's name; a path without a route is refused"),
    PATHS_BESIDES(
            ROUTES,
            "/request_headers_to_remove",
            CONTAINS,
            WARNING,
            "[]",
            "some upstreams read the path from these fields instead of the request line"),
    FAILURE_MODE(FILTER, "/failure_mode_allow", SAME, ERROR, "false", "without the engine's answer, no request passes"),
    STATUS_ON_ERROR(FILTER, "/status_on_error", WRITTEN, WARNING, null, "503 instead of 500 while no engine answers"),
    MESSAGE_TIMEOUT(
            FILTER,
            "/message_timeout",
            AT_LEAST,
            ERROR,
            "\"0.2s\"",
            "kernel.yaml: message_timeout_ms, above phase_timeout_ms; otherwise Envoy gives up before the engine"
                    + " decides"),
    MAX_MESSAGE_TIMEOUT(
            FILTER, "/max_message_timeout", AT_LEAST, ERROR, "\"0s\"", "kernel.yaml: max_message_timeout_ms"),
    MODE_OVERRIDE(
            FILTER,
            "/allow_mode_override",
            SAME,
            ERROR,
            "false",
            "kernel.yaml: allow_mode_override; the engine asks for the bodies that policies read"),
    REQUEST_HEADERS(
            FILTER,
            "/processing_mode/request_header_mode",
            SAME,
            ERROR,
            "\"SEND\"",
            "without them no policy runs before the upstream"),
    RESPONSE_HEADERS(
            FILTER,
            "/processing_mode/response_header_mode",
            SAME,
            ERROR,
            "\"SEND\"",
            "without them no policy sees the response"),
    REQUEST_TRAILERS(FILTER, "/processing_mode/request_trailer_mode", SAME, ERROR, "\"SKIP\"", "kernel.yaml: trailers"),
    RESPONSE_TRAILERS(
            FILTER, "/processing_mode/response_trailer_mode", SAME, ERROR, "\"SKIP\"", "kernel.yaml: trailers"),
    REQUEST_ATTRIBUTES(
            FILTER,
            "/request_attributes",
            CONTAINS,
            ERROR,
            "[]",
            "the engine needs them to find the route and the client's address"),
    RESPONSE_ATTRIBUTES(
            FILTER,
            "/response_attributes",
            CONTAINS,
            ERROR,
            "[]",
            "they distinguish an upstream's answer from Envoy's own"),
    ALL_ROUTING(
            FILTER,
            "/mutation_rules/allow_all_routing",
            SAME,
            ERROR,
            "false",
            "kernel.yaml: mutation_rules; Envoy silently drops other changes"),
    ENVOY_HEADERS(FILTER, "/mutation_rules/allow_envoy", SAME, ERROR, "false", "kernel.yaml: mutation_rules"),
    SYSTEM_HEADERS(FILTER, "/mutation_rules/disallow_system", SAME, ERROR, "false", "kernel.yaml: mutation_rules"),
    ALL_HEADERS(FILTER, "/mutation_rules/disallow_all", SAME, ERROR, "false", "kernel.yaml: mutation_rules"),
    ALLOWED_HEADERS(
            FILTER, "/mutation_rules/allow_expression/regex", SAME, ERROR, "\"\"", "kernel.yaml: mutation_rules"),
    DISALLOWED_HEADERS(
            FILTER, "/mutation_rules/disallow_expression/regex", SAME, ERROR, "\"\"", "kernel.yaml: mutation_rules"),
    FORWARDED(
            FILTER,
            "/metadata_options/forwarding_namespaces/untyped",
            CONTAINS,
            ERROR,
            "[]",
            "entries read this metadata"),
    FORWARDED_TYPED(
            FILTER,
            "/metadata_options/forwarding_namespaces/typed",
            CONTAINS,
            ERROR,
            "[]",
            "entries read this metadata"),
    RECEIVED(
            FILTER,
            "/metadata_options/receiving_namespaces/untyped",
            CONTAINS,
            ERROR,
            "[]",
            "kernel.yaml: receiving_namespaces"),
    RECEIVED_TYPED(
            FILTER,
            "/metadata_options/receiving_namespaces/typed",
            CONTAINS,
            ERROR,
            "[]",
            "kernel.yaml: receiving_typed_namespaces"),
    FORWARD_RULES(
            FILTER,
            "/forward_rules",
            SAME,
            ERROR,
            "{}",
            "the engine cannot check fields that it does not see, and Envoy ignores the removal of some of them"),
    OBSERVABILITY(
            FILTER, "/observability_mode", SAME, ERROR, "false", "Envoy would ignore every decision of the engine"),
    IMMEDIATE_RESPONSE(
            FILTER,
            "/disable_immediate_response",
            SAME,
            ERROR,
            "false",
            "clients would get 500 instead of what a policy answers"),
    WITHOUT_WAITING(
            FILTER,
            "/send_body_without_waiting_for_header_response",
            SAME,
            WARNING,
            "false",
            "Envoy would ignore the mode_override by which the engine asks for bodies"),
    OVERRIDE_MODES(
            FILTER,
            "/allowed_override_modes",
            SAME,
            WARNING,
            "[]",
            "Envoy would ignore every mode_override that is not in the list"),
    ROUTE_CACHE(
            FILTER,
            "/route_cache_action",
            SAME,
            WARNING,
            "\"DEFAULT\"",
            "Envoy chooses a route again if the engine asks for it, and only then"),
    HTTP_SERVICE(FILTER, "/http_service", SAME, ERROR, "{}", "the engine speaks gRPC: grpc_service"),
    CONNECT_TIMEOUT(
            CLUSTER,
            "/connect_timeout",
            AT_LEAST,
            WARNING,
            "\"5s\"",
            "a busy Envoy notices late that a connection is open"),
    BREAKERS(
            CLUSTER,
            "/circuit_breakers",
            PRESENT,
            WARNING,
            null,
            "the engine's limits apply, not Envoy's defaults of 1024"),
    HEALTH_CHECKS(
            CLUSTER,
            "/health_checks",
            PRESENT,
            WARNING,
            null,
            "shown as membership_healthy; a single engine is used even if unhealthy"),
    OUTLIERS(
            CLUSTER,
            "/outlier_detection",
            PRESENT,
            WARNING,
            null,
            "excludes an engine that fails although its health checks succeed"),
    KEEPALIVE(
            ENGINE_HTTP2,
            "/connection_keepalive",
            PRESENT,
            WARNING,
            null,
            "notices an engine that disappeared without closing its connection"),
    ENGINE_STREAMS(
            ENGINE_HTTP2, "/max_concurrent_streams", AT_MOST, WARNING, "1024", "kernel.yaml: max_concurrent_streams"),
    FRAMES(
            ENGINE_HTTP2,
            "/max_outbound_frames",
            AT_LEAST,
            WARNING,
            "10000",
            "if exceeded, Envoy ends the connection with all its exchanges"),
    CONTROL_FRAMES(
            ENGINE_HTTP2,
            "/max_outbound_control_frames",
            AT_LEAST,
            WARNING,
            "1000",
            "if exceeded, Envoy ends the connection with all its exchanges"),
    CONNECTIONS(
            BOOTSTRAP,
            "/overload_manager",
            PRESENT,
            WARNING,
            null,
            "bounds the connections of all clients together; set it below half of `ulimit -n`"),
    READS(
            BOOTSTRAP,
            "/layered_runtime/layers/0/static_layer/http.max_requests_per_io_cycle",
            WRITTEN,
            WARNING,
            null,
            "requests of one connection that are handled before those of others");

    /** The rule that decides which values of a setting suit the engine. */
    public enum Rule {
        /** The printed value only. */
        SAME,
        /** The printed number or duration, or a larger one. */
        AT_LEAST,
        /** The printed number or duration, or a smaller one. */
        AT_MOST,
        /** A list that contains at least the printed values. */
        CONTAINS,
        /** Any value, if one is printed. */
        PRESENT,
        /** Any value, or no value: the setting is printed, but not compared. */
        WRITTEN
    }

    private final Scope scope;
    private final String pointer;
    private final Rule rule;
    private final Severity severity;
    private final @Nullable String unset;
    private final String reason;

    EnvoySetting(Scope scope, String pointer, Rule rule, Severity severity, @Nullable String unset, String reason) {
        this.scope = scope;
        this.pointer = pointer;
        this.rule = rule;
        this.severity = severity;
        this.unset = unset;
        this.reason = reason;
    }

    /** Returns the settings of a part of the configuration. */
    public static List<EnvoySetting> of(Scope scope) {
        return Arrays.stream(values()).filter(setting -> setting.scope == scope).toList();
    }

    /** Returns the JSON pointer of the value, relative to its scope. */
    public String pointer() {
        return pointer;
    }

    public Rule rule() {
        return rule;
    }

    public Severity severity() {
        return severity;
    }

    /** Returns Envoy's default for the setting, as JSON; null if there is none. */
    public @Nullable String unset() {
        return unset;
    }

    /** Returns other values that suit the engine as well. */
    public List<String> alternatives() {
        if (this == ESCAPED_SLASHES) {
            return List.of("UNESCAPE_AND_REDIRECT");
        }
        return this == UNDERSCORES ? List.of("DROP_HEADER") : List.of();
    }

    public String reason() {
        return reason;
    }
}
