package io.policyengine.app.envoy;

import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Envoy's cluster of the upstream servers. */
record UpstreamCluster(List<HostPort> upstreams, FactFilters facts) {
    static final String NAME = "upstream";
    private static final String PROTOCOL_OPTIONS = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions";

    ObjectNode node() {
        ObjectNode cluster = Nodes.empty().put("name", NAME).put("connect_timeout", "1s");
        facts.ofUpstream()
                .ifPresent(filters ->
                        cluster.putObject("typed_extension_protocol_options").set(PROTOCOL_OPTIONS, options(filters)));
        return withEndpoints(
                cluster,
                "STRICT_DNS",
                upstreams.stream()
                        .map(upstream -> Nodes.socketAddress(upstream.host(), upstream.port()))
                        .toList());
    }

    private static ObjectNode options(ArrayNode filters) {
        ObjectNode options = Nodes.empty().put("@type", "type.googleapis.com/" + PROTOCOL_OPTIONS);
        options.putObject("explicit_http_config").putObject("http_protocol_options");
        options.set("http_filters", filters);
        return options;
    }

    static ObjectNode withEndpoints(ObjectNode cluster, String type, List<ObjectNode> addresses) {
        cluster.put("type", type);
        ObjectNode assignment = cluster.putObject("load_assignment")
                .put("cluster_name", cluster.get("name").stringValue());
        ArrayNode endpoints = assignment.putArray("endpoints").addObject().putArray("lb_endpoints");
        addresses.forEach(address -> endpoints.addObject().putObject("endpoint").set("address", address));
        return cluster;
    }
}
