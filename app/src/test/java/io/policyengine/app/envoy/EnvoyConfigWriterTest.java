package io.policyengine.app.envoy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.policyengine.core.config.ConfDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

class EnvoyConfigWriterTest {
    private static final YAMLMapper YAML = new YAMLMapper();
    private static final String MANAGER = "/static_resources/listeners/0/filter_chains/0/filters/0/typed_config";

    @TempDir
    Path conf;

    @Test
    void namesRoutesAsPoliciesDoTheLongestFirst() throws IOException {
        write("routes/routes.yaml", """
                route_policies:
                  - { route_name: users }
                  - { route_name: /api/ }
                  - { route_name: /api/v1/* }
                  - { route_name: "*" }
                  - { route_name_regex: "x.*" }
                """);

        JsonNode routes = YAML.readTree(writer().bootstrap()).at(MANAGER + "/route_config/virtual_hosts/0/routes");

        assertThat(routes.values().stream().map(route -> route.get("name").stringValue()))
                .containsExactly("/api/v1/", "/api/", "users", "default");
        assertThat(routes.values().stream().map(route -> route.get("match").toString()))
                .containsExactly(
                        "{\"prefix\":\"/api/v1/\"}",
                        "{\"prefix\":\"/api/\"}",
                        "{\"path_separated_prefix\":\"/users\"}",
                        "{\"prefix\":\"/\"}");
        assertThat(writer().unwritten()).containsExactly("x.*");
    }

    @Test
    void agreesWithWhatTheKernelIsToldOfEnvoy() throws IOException {
        write("kernel.yaml", """
                policy_kernel:
                  server: { socket_path: /run/engine.sock, max_concurrent_streams: 77 }
                  route_name_sources: [attribute]
                  envoy:
                    allow_mode_override: false
                    message_timeout_ms: 2500
                    max_message_timeout_ms: 30000
                    mutation_rules: { allow_all_routing: true }
                    receiving_namespaces: [engine]
                    trailers: send
                """);

        JsonNode file = YAML.readTree(writer().filter());
        JsonNode filter = file.at("/http_filters/0/typed_config");
        JsonNode cluster = file.at("/clusters/0");

        assertThat(filter.get("allow_mode_override").booleanValue()).isFalse();
        assertThat(filter.at("/processing_mode/request_trailer_mode").stringValue())
                .isEqualTo("SEND");
        assertThat(filter.at("/processing_mode/response_trailer_mode").stringValue())
                .isEqualTo("SEND");
        assertThat(filter.get("failure_mode_allow").booleanValue()).isFalse();
        assertThat(filter.get("message_timeout").stringValue()).isEqualTo("2.5s");
        assertThat(filter.get("max_message_timeout").stringValue()).isEqualTo("30s");
        assertThat(filter.at("/mutation_rules/allow_all_routing").booleanValue())
                .isTrue();
        assertThat(filter.get("metadata_options").toString())
                .isEqualTo("{\"receiving_namespaces\":{\"untyped\":[\"engine\"]}}");
        assertThat(cluster.at("/load_assignment/endpoints/0/lb_endpoints/0/endpoint/address/pipe/path")
                        .stringValue())
                .isEqualTo("/run/engine.sock");
        assertThat(cluster.findValue("max_concurrent_streams").intValue()).isEqualTo(77);
    }

    @Test
    void reachesAKernelThatListensEverywhereOnLoopback() throws IOException {
        write("kernel.yaml", "policy_kernel: {}");

        JsonNode address = YAML.readTree(writer().filter()).at("/clusters/0").findValue("socket_address");

        assertThat(address.toString()).isEqualTo("{\"address\":\"127.0.0.1\",\"port_value\":9001}");
    }

    @Test
    void readsHostsAndPorts() {
        assertThat(HostPort.parse("localhost:80")).isEqualTo(new HostPort("localhost", 80));
        assertThat(HostPort.parse("[::1]:443")).isEqualTo(new HostPort("::1", 443));
        for (String wrong : List.of("", "localhost", ":80", "::1:80", "a:0", "a:65536", "a:b")) {
            assertThatIllegalArgumentException().isThrownBy(() -> HostPort.parse(wrong));
        }
    }

    private void write(String file, String text) throws IOException {
        Path path = conf.resolve(file);
        Files.createDirectories(conf.resolve("routes"));
        Files.writeString(path, text);
    }

    private EnvoyConfigWriter writer() {
        var options = new EnvoyOptions("0.0.0.0", 8080, 9901, null, List.of(new HostPort("up", 80)), null, null);
        return new EnvoyConfigWriter(ConfDirectory.read(conf, _ -> null), options);
    }
}
