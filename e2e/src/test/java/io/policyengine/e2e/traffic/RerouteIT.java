package io.policyengine.e2e.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.e2e.harness.EachEnvoy;
import io.policyengine.e2e.harness.EngineProcess;
import io.policyengine.e2e.harness.EnvoyProcess;
import io.policyengine.e2e.harness.Installation.EnvoyVersion;
import io.policyengine.e2e.harness.TestConf;
import io.policyengine.e2e.harness.Upstream;
import io.policyengine.e2e.harness.Web;
import org.junit.jupiter.params.ParameterizedTest;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** A client that sends the field of an arm itself, and so makes Envoy choose the arm's route before any policy has run. */
class RerouteIT {
    private static final YAMLMapper YAML = new YAMLMapper();
    private static final String ROUTES =
            "/static_resources/listeners/0/filter_chains/0/filters/0/typed_config/route_config/virtual_hosts/0/routes";
    private static final String[] OF_ALICE = {"x-api-key", "alices-key", "x-version", "v2", "x-user-id", "admin"};

    private static TestConf conf() {
        return TestConf.ofTests()
                .replacing("kernel.yaml", "unknown_route: deny", "unknown_route: continue")
                .with("routes/shop.yaml", """
                        route_policies:
                          - route_name: /shop
                            request_flow:
                              policy_chain:
                                - { policy: apiKeyAuth, params: { keys: [{ consumer: alice, plain: alices-key }] } }
                                - policy: canary
                                  params:
                                    override_header: X-Canary
                                    arms:
                                      - { name: stable, weight: 1, header: { X-Version: v1 } }
                                      - { name: next, weight: 0, header: { X-Version: v2 } }
                                  lint_ignore: [reroute_skips_chain]
                        """);
    }

    /** Adds, in front, the route of the arm {@code next}; what comes by it, the upstream sees by a field. */
    private static String withArm(String printed, String name) {
        ObjectNode file = (ObjectNode) YAML.readTree(printed);
        ObjectNode arm = (ObjectNode) YAML.readTree("""
                match:
                  path_separated_prefix: /shop
                  headers: [{ name: x-version, string_match: { exact: v2 } }]
                route: { cluster: upstream }
                request_headers_to_add: [{ header: { key: x-arm, value: next } }]
                """);
        ((ArrayNode) file.at(ROUTES)).insert(0, arm.put("name", name));
        return YAML.writeValueAsString(file);
    }

    @ParameterizedTest
    @EachEnvoy
    void theOwnFieldOfAClientDoesNotGetRoundTheChainWhereTheRoutesHaveOneName(EnvoyVersion version) {
        try (TestConf conf = conf();
                EngineProcess engine = EngineProcess.embedded(conf);
                Upstream upstream = Upstream.start();
                EnvoyProcess envoy = EnvoyProcess.start(
                        version,
                        conf.directory(),
                        engine.port(),
                        upstream.port(),
                        printed -> withArm(printed, "/shop"))) {
            assertThat(Web.get(envoy.port(), "/shop", "x-version", "v2").status())
                    .isEqualTo(401);
            assertThat(Web.get(envoy.port(), "/shop", "x-version", "v2", "x-canary", "next")
                            .status())
                    .isEqualTo(401);
            assertThat(upstream.received()).isZero();

            Web.Answer stable = Web.get(envoy.port(), "/shop", OF_ALICE);
            assertThat(stable.status()).isEqualTo(200);
            assertThat(stable.seenUpstream("x-version")).isEqualTo("v1");
            assertThat(stable.seenUpstream("x-user-id")).isEqualTo("alice");
            assertThat(stable.seenUpstream("x-arm")).isNull();

            Web.Answer next = Web.get(envoy.port(), "/shop", "x-api-key", "alices-key", "x-canary", "next");
            assertThat(next.seenUpstream("x-version")).isEqualTo("v2");
            assertThat(next.seenUpstream("x-arm")).isEqualTo("next");
        }
    }

    /** The reason why the lint reports each entry that reroutes. */
    @ParameterizedTest
    @EachEnvoy
    void aRouteWithANameOfItsOwnIsReachedWithoutTheChain(EnvoyVersion version) {
        try (TestConf conf = conf();
                EngineProcess engine = EngineProcess.embedded(conf);
                Upstream upstream = Upstream.start();
                EnvoyProcess envoy = EnvoyProcess.start(
                        version,
                        conf.directory(),
                        engine.port(),
                        upstream.port(),
                        printed -> withArm(printed, "/shop-next"))) {
            Web.Answer around = Web.get(envoy.port(), "/shop", "x-version", "v2", "x-user-id", "admin");

            assertThat(around.status()).isEqualTo(200);
            assertThat(around.seenUpstream("x-user-id")).isEqualTo("admin");
        }
    }
}
