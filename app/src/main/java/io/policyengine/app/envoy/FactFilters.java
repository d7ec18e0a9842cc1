package io.policyengine.app.envoy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Envoy's filters that provide facts about AI and MCP traffic (ai_protocol_manager.proto, request_info.proto and
 * mcp.proto of Envoy 1.40). They are configured if entries read these facts and this Envoy version has the filters.
 * Facts about requests are collected in the connection manager, before ext_proc. Facts about responses are collected in the upstream cluster. A second filter in the connection manager could not pass its facts to ext_proc with the trailers.
 *
 * @param maxBody Envoy's buffer limit in bytes, up to which the MCP filter reads bodies
 */
record FactFilters(EnvoyNeeds needs, EnvoyVersion version, long maxBody) {
    private static final String AI = "envoy.filters.http.ai_protocol_manager";
    private static final String AI_TYPE = "type.googleapis.com/envoy.extensions.filters.http.ai_protocol_manager.v3.";
    private static final Set<String> OF_AI = Set.of(EnvoyNeeds.REQUEST_INFO, EnvoyNeeds.TOKEN_USAGE);
    private static final Set<String> OF_BOTH = Set.of(EnvoyNeeds.REQUEST_INFO, EnvoyNeeds.TOKEN_USAGE, EnvoyNeeds.MCP);

    /** Maximum body size that Envoy's MCP filter accepts as its limit, in bytes (mcp.proto: max_request_body_size). */
    private static final long MAX_MCP_BODY = 10L << 20;

    /** The model interface that each path suffix identifies (llm_protocol.proto). */
    private static final Map<String, String> PROTOCOLS = Map.of(
            "/v1/chat/completions", "OPENAI_CHAT_COMPLETIONS",
            "/v1/responses", "OPENAI_RESPONSES",
            "/v1/messages", "ANTHROPIC_MESSAGES",
            ":generateContent", "GEMINI_GENERATE_CONTENT",
            ":streamGenerateContent", "GEMINI_GENERATE_CONTENT");

    private boolean writes(String namespace) {
        return version.leavesFacts() && needs.isRead(namespace);
    }

    void addBefore(ArrayNode filters) {
        if (writes(EnvoyNeeds.MCP)) {
            ObjectNode mcp = Nodes.read("""
                    {"name": "envoy.filters.http.mcp", "typed_config": {
                       "@type": "type.googleapis.com/envoy.extensions.filters.http.mcp.v3.Mcp",
                       "traffic_mode": "PASS_THROUGH", "reject_duplicate_keys": true}}""");
            ((ObjectNode) mcp.get("typed_config")).put("max_request_body_size", Math.min(maxBody, MAX_MCP_BODY));
            filters.add(mcp);
        }
        if (writes(EnvoyNeeds.REQUEST_INFO)) {
            // Tokens are estimated at four bytes each. The body is forwarded unchanged.
            filters.add(ai(Nodes.read("""
                    {"request_handling": {"reserialize_body": "DISABLE"},
                     "filters": [{"name": "envoy.http.ai_filters.request_info", "typed_config": {
                        "@type": "type.googleapis.com/envoy.extensions.http.ai_filters.request_info.v3.RequestInfo",
                        "token_estimation": {"tokens_per_byte": 0.25}}}]}""")));
        }
    }

    Optional<ArrayNode> ofUpstream() {
        if (!writes(EnvoyNeeds.TOKEN_USAGE)) {
            return Optional.empty();
        }
        ArrayNode filters = Nodes.empty().putArray("http_filters");
        filters.add(ai(Nodes.read("""
                {"response_handling": {"token_usage": {"usage_signal": "SYNTHESIZE_TRAILERS"}}}""")));
        filters.add(Nodes.read("""
                {"name": "envoy.filters.http.upstream_codec", "typed_config": {
                   "@type": "type.googleapis.com/envoy.extensions.filters.http.upstream_codec.v3.UpstreamCodec"}}"""));
        return Optional.of(filters);
    }

    private static ObjectNode ai(ObjectNode settings) {
        ObjectNode typed = Nodes.empty().put("@type", AI_TYPE + "AiProtocolManager");
        typed.setAll(settings);
        ObjectNode filter = Nodes.empty().put("name", AI);
        filter.set("typed_config", typed);
        return filter;
    }

    /**
     * Declares a route as AI traffic if its entries read AI facts, since the filter ignores all other routes. A route
     * whose entries count tokens is not declared if its path does not identify the interface. The filter would report
     * no token counts, yet entries would read its facts instead of the bodies.
     */
    void declare(ObjectNode route, String routeName, RoutePath path) {
        boolean request = writes(EnvoyNeeds.REQUEST_INFO) && needs.isReadOn(routeName, EnvoyNeeds.REQUEST_INFO);
        boolean response = writes(EnvoyNeeds.TOKEN_USAGE) && needs.isReadOn(routeName, EnvoyNeeds.TOKEN_USAGE);
        if ((!request && !response) || (response && protocolOf(path).isEmpty())) {
            return;
        }
        ObjectNode declared = route.putObject("typed_per_filter_config")
                .putObject(AI)
                .put("@type", AI_TYPE + "AiProtocolManagerPerRoute");
        for (String direction : directions(request, response)) {
            ObjectNode side = declared.putObject(direction);
            protocolOf(path).ifPresent(protocol -> side.put("llm_protocol", protocol));
        }
    }

    private static List<String> directions(boolean request, boolean response) {
        return request ? response ? List.of("request", "response") : List.of("request") : List.of("response");
    }

    /** Returns the model interface of a path, or empty if the path does not identify one. */
    private static Optional<String> protocolOf(RoutePath path) {
        return PROTOCOLS.entrySet().stream()
                .filter(protocol -> path.text().endsWith(protocol.getKey()))
                .map(Map.Entry::getValue)
                .findFirst();
    }

    /** Returns the namespaces that ext_proc forwards untyped. Unknown namespaces are also forwarded typed. */
    Set<String> untyped() {
        Set<String> untyped = forwarded();
        untyped.removeAll(OF_AI);
        return untyped;
    }

    Set<String> typed() {
        Set<String> typed = forwarded();
        typed.remove(EnvoyNeeds.MCP);
        return typed;
    }

    private Set<String> forwarded() {
        Set<String> all = new TreeSet<>(needs.namespaces());
        if (!version.leavesFacts()) {
            all.removeAll(OF_BOTH);
        }
        return all;
    }

    List<String> notes() {
        List<String> notes = new ArrayList<>();
        List<String> readers = needs.readersOf(OF_BOTH);
        if (!version.leavesFacts() && !readers.isEmpty()) {
            notes.add("policies of " + String.join(", ", readers) + " can use facts from Envoy " + EnvoyVersion.FACTS
                    + " and later, and read bodies with " + version + ": use --envoy-version " + EnvoyVersion.FACTS
                    + " if your Envoy is that new");
        }
        if (writes(EnvoyNeeds.REQUEST_INFO) || writes(EnvoyNeeds.TOKEN_USAGE)) {
            notes.add("Envoy calls '" + AI + "' a work in progress, which its security team does not support");
        }
        for (String route : needs.unknown()) {
            notes.add("the Envoy metadata that route '" + route + "' reads is unknown: 'validate' shows why");
        }
        return notes;
    }

    /** Returns notes for users who write the routes and the upstream cluster themselves. */
    List<String> filterNotes() {
        List<String> notes = new ArrayList<>(notes());
        if (version.leavesFacts()) {
            for (String route : needs.readersOf(OF_AI)) {
                notes.add("route '" + route + "' has to be declared: give it typed_per_filter_config of '" + AI
                        + "' (docs/envoy/routes.md)");
            }
        }
        return notes;
    }
}
