package io.policyengine.e2e.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.e2e.harness.Command;
import io.policyengine.e2e.harness.EachEnvoy;
import io.policyengine.e2e.harness.EngineProcess;
import io.policyengine.e2e.harness.EnvoyProcess;
import io.policyengine.e2e.harness.Eventually;
import io.policyengine.e2e.harness.Installation;
import io.policyengine.e2e.harness.Installation.EnvoyVersion;
import io.policyengine.e2e.harness.OsProcess;
import io.policyengine.e2e.harness.TestConf;
import io.policyengine.e2e.harness.Upstream;
import io.policyengine.e2e.harness.Web;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** The stages of docs/own-envoy.md, with the blocks of that page. */
class OwnEnvoyIT {
    private static final YAMLMapper YAML = new YAMLMapper();
    private static final Pattern BLOCK = Pattern.compile("(?s)```yaml\n(.*?)```");
    private static final Pattern COMMAND = Pattern.compile("(?m)^    (\\S.*)$");
    private static final String MANAGER = "/static_resources/listeners/0/filter_chains/0/filters/0/typed_config";

    private static final String SERVER = """
              server: { address: 127.0.0.1, port: PORT, drain_delay_ms: 0 }
              envoy: { message_timeout_ms: 20000 }
              limits: { phase_timeout_ms: 15000 }
              observability: { metrics_port: 0 }
            """;

    /** An Envoy before anybody thought of an engine, hardened as one at an edge should be. */
    private static final String ENVOY = """
            admin: { address: { socket_address: { address: 127.0.0.1, port_value: 0 } } }
            overload_manager:
              resource_monitors:
                - name: envoy.resource_monitors.global_downstream_max_connections
                  typed_config:
                    "@type": type.googleapis.com/envoy.extensions.resource_monitors.downstream_connections.v3.DownstreamConnectionsConfig
                    max_active_downstream_connections: 5000
            static_resources:
              listeners:
                - name: shop
                  address: { socket_address: { address: 127.0.0.1, port_value: 0 } }
                  filter_chains:
                    - filters:
                        - name: envoy.filters.network.http_connection_manager
                          typed_config:
                            "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                            stat_prefix: ingress
                            normalize_path: true
                            merge_slashes: true
                            path_with_escaped_slashes_action: UNESCAPE_AND_REDIRECT
                            strip_any_host_port: true
                            strip_trailing_host_dot: true
                            use_remote_address: true
                            request_timeout: 60s
                            request_headers_timeout: 10s
                            common_http_protocol_options: { headers_with_underscores_action: DROP_HEADER }
                            http2_protocol_options: { max_concurrent_streams: 50 }
                            http_filters:
                              - name: envoy.filters.http.router
                                typed_config:
                                  "@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router
                            route_config:
                              request_headers_to_remove: [x-original-url, x-rewrite-url]
                              virtual_hosts: [{ name: all, domains: ["*"] }]
              clusters:
                - name: shop
                  type: STATIC
                  connect_timeout: 1s
                  load_assignment:
                    cluster_name: shop
                    endpoints:
                      - lb_endpoints:
                          - endpoint: { address: { socket_address: { address: 127.0.0.1, port_value: UPSTREAM } } }
            """;

    @ParameterizedTest
    @EachEnvoy
    void putsTheEngineInFrontOfRoutesInThreeStages(EnvoyVersion version) throws IOException {
        String page = Files.readString(Installation.home().resolve("docs/own-envoy.md"));
        List<String> blocks =
                BLOCK.matcher(page).results().map(found -> found.group(1)).toList();
        assertThat(blocks).hasSize(4);
        assertThat(COMMAND.matcher(page.replaceAll("(?s)```.*?```", ""))
                        .results()
                        .map(found -> found.group(1)))
                .containsExactly(
                        "policy-engine envoy-config --filter conf",
                        "policy-engine envoy-config --check envoy.yaml conf",
                        "curl -s localhost:9090/metrics | grep"
                                + " 'policy_kernel_exchanges_total{outcome=\"unknown_route\"}'");

        try (TestConf conf = TestConf.empty()
                        .with("routes/shop.yaml", blocks.get(1))
                        .with("kernel.yaml", kernel(blocks.get(2), 0));
                Upstream upstream = Upstream.start();
                EngineProcess engine = EngineProcess.embedded(conf).awaitReady()) {
            // From now on with the port that it has, so that printed parts lead to it.
            conf.with("kernel.yaml", kernel(blocks.get(2), engine.port()));
            Path file = conf.folder().resolve("envoy.yaml");
            ObjectNode own = named(blocks.getFirst(), upstream.port());
            Files.writeString(file, YAML.writeValueAsString(own));
            Command before = check(file, conf);
            Files.writeString(file, YAML.writeValueAsString(withEngine(own, conf)));
            Command observed = check(file, conf);

            assertThat(before.exitCode()).isEqualTo(1);
            assertThat(before.output()).contains("no ext_proc filter before this", "no cluster leads to the engine");
            assertThat(observed.exitCode()).as(observed.output()).isZero();
            assertThat(observed.output())
                    .contains("warning: a route without a name: its requests pass without policies")
                    .contains("warning: no route policy for '/status': its requests pass without policies");

            String configuration = Files.readString(file);
            try (EnvoyProcess envoy =
                    EnvoyProcess.start(version, conf.directory(), engine.port(), upstream.port(), _ -> configuration)) {
                assertThat(status(envoy, "/orders/7")).isEqualTo(401);
                assertThat(Web.get(envoy.port(), "/orders/7", "X-API-Key", "alices-key")
                                .status())
                        .isEqualTo(200);
                assertThat(status(envoy, "/status")).isEqualTo(200);
                assertThat(status(envoy, "/old/thing")).isEqualTo(200);
                Eventually.isTrue(
                        "two requests of unknown routes are counted",
                        () -> engine.metric("policy_kernel_exchanges_total{outcome=\"unknown_route\"}") == 2);

                conf.with("kernel.yaml", kernel(blocks.get(3), engine.port()));

                Eventually.isTrue("unknown routes are refused", () -> status(envoy, "/old/thing") == 403);
                assertThat(status(envoy, "/status")).isEqualTo(200);
                assertThat(status(envoy, "/orders/7")).isEqualTo(401);
            }
            assertThatEnvoyAgrees(version, file, conf);
        }
    }

    /** The route without a name is the one error that is left, and Envoy itself finds none. */
    private static void assertThatEnvoyAgrees(EnvoyVersion version, Path file, TestConf conf) {
        try (OsProcess check = OsProcess.start(
                "check",
                Installation.engine("envoy-config", "--check", file.toString(), conf.path()),
                Map.of("ENVOY_BIN", version.binary().toString()))) {
            assertThat(check.exitCode()).as(check::output).isEqualTo(1);
            assertThat(check.output())
                    .contains("error: a route without a name: its requests get 403")
                    .contains("1 error, ")
                    .contains(version.binary() + " --mode validate was run");
            assertThat(check.output().contains("CVE-2026-47207")).isEqualTo(version == EnvoyVersion.V1_36);
        }
    }

    private static String kernel(String block, int port) {
        return block + SERVER.replace("PORT", String.valueOf(port));
    }

    private static int status(EnvoyProcess envoy, String path) {
        return Web.get(envoy.port(), path).status();
    }

    private static Command check(Path file, TestConf conf) {
        return Command.run("envoy-config", "--check", file.toString(), conf.path());
    }

    private static ObjectNode named(String routes, int upstreamPort) {
        ObjectNode envoy = (ObjectNode) YAML.readTree(ENVOY.replace("UPSTREAM", String.valueOf(upstreamPort)));
        ((ObjectNode) envoy.at(MANAGER + "/route_config/virtual_hosts/0"))
                .set("routes", YAML.readTree(routes).get("routes"));
        return envoy;
    }

    private static ObjectNode withEngine(ObjectNode envoy, TestConf conf) {
        JsonNode printed = YAML.readTree(
                Command.run("envoy-config", "--filter", conf.path()).printed());
        ArrayNode filters = (ArrayNode) envoy.at(MANAGER + "/http_filters");
        List<JsonNode> behind = new ArrayList<>();
        filters.forEach(behind::add);
        filters.removeAll();
        printed.get("http_filters").forEach(filters::add);
        behind.forEach(filters::add);
        printed.get("clusters").forEach(((ArrayNode) envoy.at("/static_resources/clusters"))::add);
        return envoy;
    }
}
