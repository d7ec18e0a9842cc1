package io.policyengine.it.operation;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.it.engine.StandardEngine;
import io.policyengine.testkit.envoy.SimRequest;
import io.policyengine.testkit.envoy.SimResponse;
import io.policyengine.testkit.envoy.SimResult;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Spellings of a path that {@code path_rules: strict} lets pass do not lead round a policy, and reach the upstream as sent. */
class PathSpellingsTest extends StandardEngine {
    @BeforeEach
    void serve() {
        kernel("path_rules: strict");
        routes("users.yaml", """
                  - route_name: /when
                    request_flow:
                      policy_chain:
                        - policy: apiKeyAuth
                          when: request.path in ["/users:export", "/a@b,c", "/caf%C3%A9"]
                          params: { keys: [ { consumer: alice, plain: alices-key } ] }
                  - route_name: /celRule
                    request_flow:
                      policy_chain:
                        - policy: celRule
                          params: { deny_if: 'request.path.matches("^/(users:export|a@b,c|caf%C3%A9)$")' }
                  - route_name: /roleCheck
                    request_flow:
                      policy_chain:
                        - { policy: apiKeyAuth, params: { keys: [ { consumer: alice, plain: alices-key } ] } }
                        - policy: roleCheck
                          params:
                            rules:
                              - { path: "/users%3aexport", roles: admin }
                              - { path: "^/a%40b%2Cc", roles: admin }
                              - { path: "/caf%c3%a9", roles: admin }
                              - { path: / }
                  - { route_name: /open, request_flow: { policy_chain: [] } }
                """);
        start();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/users:export",
                "/users%3Aexport",
                "/users%3aexport",
                "/a@b,c",
                "/a%40b,c",
                "/a@b%2Cc",
                "/a%40b%2cc",
                "/caf%C3%A9",
                "/caf%c3%A9",
                "/caf%c3%a9"
            })
    void noSpellingLeadsRoundAPolicy(String path) {
        assertThat(get("/when", path).status()).isEqualTo(401);
        assertThat(get("/celRule", path).status()).isEqualTo(403);
        assertThat(get("/roleCheck", path, "x-api-key", "alices-key").status()).isEqualTo(403);
    }

    @Test
    void anotherPathPasses() {
        assertThat(get("/when", "/users:exports").status()).isEqualTo(200);
        assertThat(get("/celRule", "/users%3Aexports").status()).isEqualTo(200);
        assertThat(get("/roleCheck", "/users%3Aexports", "x-api-key", "alices-key")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void theUpstreamReceivesThePathAsSent() {
        SimResult result = get("/open", "/users%3aexport/caf%c3%a9?x=%3a");

        assertThat(result.reached().path()).isEqualTo("/users%3aexport/caf%c3%a9?x=%3a");
    }

    private SimResult get(String route, String path, String... fields) {
        return engine.exchange(route, SimRequest.get(path, fields), SimResponse.of(200));
    }
}
