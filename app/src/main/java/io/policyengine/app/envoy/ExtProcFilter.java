package io.policyengine.app.envoy;

import io.policyengine.core.config.EngineConfig;
import io.policyengine.core.config.EnvoyConfig;
import io.policyengine.core.config.KernelConfig;
import io.policyengine.core.config.RouteNameSource;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.node.ObjectNode;

/**
 * Envoy's ext_proc filter with the settings in {@code policy_kernel.envoy} (ext_proc.proto: ExternalProcessor).
 *
 * @param forwardsMetadata whether Envoy forwards the metadata that may name a route. False if every route has a
 *     configured name, since other filters may write client data into that metadata.
 * @param facts the filters that write the metadata which chain entries read
 */
record ExtProcFilter(EngineConfig engine, boolean forwardsMetadata, FactFilters facts) {
    /** The name of the engine's cluster, which is also the {@code :authority} of Envoy's gRPC streams to the engine. */
    static final String CLUSTER = "policy-engine";

    /** The attributes that Envoy sends only if a policy authenticates by client certificates. */
    private static final List<String> CERTIFICATE = List.of(
            "connection.mtls",
            "connection.subject_peer_certificate",
            "connection.uri_san_peer_certificate",
            "connection.dns_san_peer_certificate",
            "connection.sha256_peer_certificate_digest");

    private KernelConfig config() {
        return engine.kernel();
    }

    /**
     * Returns the filter. If {@code redundant}, Envoy sends a stream that one engine did not accept to another engine.
     */
    ObjectNode node(boolean redundant) {
        EnvoyConfig envoy = config().envoy();
        ObjectNode filter = Nodes.read("""
                {"@type": "type.googleapis.com/envoy.extensions.filters.http.ext_proc.v3.ExternalProcessor",
                 "stat_prefix": "engine.",
                 "grpc_service": {"envoy_grpc": {}},
                 "failure_mode_allow": false,
                 "status_on_error": {"code": "ServiceUnavailable"},
                 "processing_mode": {
                   "request_header_mode": "SEND", "response_header_mode": "SEND",
                   "request_body_mode": "NONE", "response_body_mode": "NONE"},
                 "request_attributes": ["xds.route_name", "source.address", "request.id", "request.protocol",
                   "xds.node.user_agent_build_version.version"],
                 "response_attributes": ["xds.route_name", "response.code_details"]}""");
        ((ObjectNode) filter.at("/grpc_service/envoy_grpc"))
                .put("cluster_name", CLUSTER)
                .put("authority", CLUSTER);
        if (redundant) {
            // Retry only if no engine can have seen the stream: policies must not run twice.
            ((ObjectNode) filter.get("grpc_service")).set("retry_policy", Nodes.read("""
                    {"retry_on": "connect-failure,refused-stream", "num_retries": 2, "host_selection_retry_max_attempts": 3,
                     "retry_host_predicate": [{"name": "envoy.retry_host_predicates.previous_hosts", "typed_config": {
                       "@type": "type.googleapis.com/envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate"}}]}"""));
        }
        addRouteMetadata(filter);
        addCertificate(filter);
        String trailers = envoy.trailers().name();
        ((ObjectNode) filter.get("processing_mode"))
                .put("request_trailer_mode", trailers)
                .put("response_trailer_mode", trailers);
        filter.put("message_timeout", Nodes.seconds(envoy.messageTimeout()));
        if (envoy.maxMessageTimeout().isPositive()) {
            filter.put("max_message_timeout", Nodes.seconds(envoy.maxMessageTimeout()));
        }
        filter.put("allow_mode_override", envoy.allowModeOverride());
        addMutationRules(filter);
        addNamespaces(filter);
        ObjectNode named = Nodes.empty().put("name", "envoy.filters.http.ext_proc");
        named.set("typed_config", filter);
        return named;
    }

    private void addRouteMetadata(ObjectNode filter) {
        if (config().routeNameSources().contains(RouteNameSource.METADATA)) {
            for (String attributes : List.of("request_attributes", "response_attributes")) {
                filter.withArray("/" + attributes)
                        .add(config().routeNameMetadata().attribute());
            }
        }
    }

    private void addCertificate(ObjectNode filter) {
        boolean wanted = engine.routes().stream()
                .flatMap(route -> route.requestFlow().chain().stream())
                .anyMatch(entry -> entry.policy().equals("clientCertificate"));
        if (wanted) {
            CERTIFICATE.forEach(filter.withArray("/request_attributes")::add);
        }
    }

    private void addMutationRules(ObjectNode filter) {
        EnvoyConfig.MutationRules declared = config().envoy().mutationRules();
        ObjectNode rules = filter.putObject("mutation_rules")
                .put("allow_all_routing", declared.allowAllRouting())
                .put("allow_envoy", declared.allowEnvoy());
        if (declared.disallowSystem()) {
            rules.put("disallow_system", true);
        }
        if (declared.disallowAll()) {
            rules.put("disallow_all", true);
        }
        if (declared.allowExpression() != null) {
            rules.putObject("allow_expression").put("regex", declared.allowExpression());
        }
        if (declared.disallowExpression() != null) {
            rules.putObject("disallow_expression").put("regex", declared.disallowExpression());
        }
    }

    private static void addNamespaces(
            ObjectNode metadata, String direction, String form, Collection<String> namespaces) {
        if (!namespaces.isEmpty()) {
            namespaces.forEach(metadata.withObject("/" + direction).putArray(form)::add);
        }
    }

    private void addNamespaces(ObjectNode filter) {
        EnvoyConfig envoy = config().envoy();
        List<String> received = envoy.receivingNamespaces();
        List<String> receivedTyped =
                facts.version().takesTypedMetadata() ? envoy.receivingTypedNamespaces() : List.of();
        Set<String> forwarded = new TreeSet<>(facts.untyped());
        if (forwardsMetadata) {
            forwarded.add(config().routeNameMetadata().namespace());
        } else if (config().routeNameSources().contains(RouteNameSource.METADATA)) {
            // Not even if entries read it: clients could use it to choose their route.
            forwarded.remove(config().routeNameMetadata().namespace());
        }
        Set<String> typed = facts.typed();
        if (forwarded.isEmpty() && typed.isEmpty() && received.isEmpty() && receivedTyped.isEmpty()) {
            return;
        }
        ObjectNode metadata = filter.putObject("metadata_options");
        addNamespaces(metadata, "forwarding_namespaces", "untyped", forwarded);
        addNamespaces(metadata, "forwarding_namespaces", "typed", typed);
        addNamespaces(metadata, "receiving_namespaces", "untyped", received);
        addNamespaces(metadata, "receiving_namespaces", "typed", receivedTyped);
    }
}
