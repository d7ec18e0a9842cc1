package io.policyengine.e2e.harness;

import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** Envoy as many configure it: every path as it comes, and a route for all that no other route is for. */
public final class NaiveEnvoy {
    /** The name of that route. */
    public static final String ROUTE = "everything";

    private static final YAMLMapper YAML = new YAMLMapper();
    private static final String MANAGER = "/static_resources/listeners/0/filter_chains/0/filters/0/typed_config";
    private static final List<String> CARE = List.of(
            "normalize_path",
            "merge_slashes",
            "path_with_escaped_slashes_action",
            "strip_any_host_port",
            "strip_trailing_host_dot");

    private NaiveEnvoy() {}

    /** The configuration that {@code envoy-config} printed, without its care. */
    public static String configuration(String printed) {
        ObjectNode file = read(printed);
        ObjectNode manager = (ObjectNode) file.at(MANAGER);
        CARE.forEach(manager::remove);
        ((ObjectNode) manager.get("common_http_protocol_options")).remove("headers_with_underscores_action");
        ((ObjectNode) manager.get("route_config")).remove("request_headers_to_remove");
        ObjectNode route = ((ArrayNode) manager.at("/route_config/virtual_hosts/0/routes"))
                .addObject()
                .put("name", ROUTE);
        route.putObject("match").put("prefix", "/");
        route.putObject("route").put("cluster", "upstream");
        return closing(file);
    }

    /** The same, which besides does not show the engine what clients say of who they are ({@code forward_rules}). */
    public static String hidingUsers(String printed) {
        ObjectNode file = read(configuration(printed));
        for (JsonNode filter : file.at(MANAGER).get("http_filters")) {
            if (filter.get("name").asString().equals("envoy.filters.http.ext_proc")) {
                ArrayNode hidden = ((ObjectNode) filter.get("typed_config"))
                        .putObject("forward_rules")
                        .putObject("disallowed_headers")
                        .putArray("patterns");
                hidden.addObject().put("prefix", "x-user");
                hidden.addObject().put("prefix", "x_user");
            }
        }
        return YAML.writeValueAsString(file);
    }

    /** The printed configuration, of which only the pause is missing that Envoy makes before it closes a connection. */
    public static String closingAtOnce(String printed) {
        return closing(read(printed));
    }

    private static String closing(ObjectNode file) {
        ((ObjectNode) file.at(MANAGER)).put("delayed_close_timeout", "0.01s");
        return YAML.writeValueAsString(file);
    }

    private static ObjectNode read(String yaml) {
        return (ObjectNode) YAML.readTree(yaml);
    }
}
