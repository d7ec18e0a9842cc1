package io.policyengine.e2e.reload;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.e2e.harness.EngineProcess;
import io.policyengine.e2e.harness.Eventually;
import io.policyengine.e2e.harness.Load;
import io.policyengine.e2e.harness.OpenBodies;
import io.policyengine.e2e.harness.OpenBodies.Download;
import io.policyengine.e2e.harness.Stack;
import io.policyengine.e2e.harness.Stack.Setup;
import io.policyengine.e2e.harness.Stack.Shape;
import io.policyengine.e2e.harness.TestConf;
import io.policyengine.e2e.harness.Web;
import io.vertx.core.Future;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/**
 * A generation that bodies without an end pin, through a real Envoy: it shows, it is retired at its age, the exchanges that run by it end by
 * rule, and no other exchange notices.
 */
class OldGenerationIT {
    private static final String OPEN = "policy_kernel_open_exchanges";
    private static final String PINNED = "policy_kernel_pinned_generations";
    private static final String AGE = "policy_kernel_oldest_pinned_generation_age_seconds";
    private static final String GENERATION = "policy_kernel_config_generation";

    static Stream<Setup> setups() {
        return Setup.alternating(Shape.EMBEDDED, Shape.TWO_PROCESSES);
    }

    private static TestConf conf() {
        return TestConf.ofTests().with("routes/bodies.yaml", """
                        route_policies:
                          - route_name: /upload
                            request_flow:
                              processing_mode: streaming
                              policy_chain: [ { policy: transformBody, params: { replace: [ { text: SECRET, with: redacted } ] } } ]
                          - route_name: /gathered
                            request_flow:
                              policy_chain: [ { policy: transformBody, params: { body: another } } ]
                          - route_name: /download
                            response_flow:
                              processing_mode: streaming
                              policy_chain: [ { policy: transformBody, params: { replace: [ { text: SECRET, with: redacted } ] } } ]
                        """);
    }

    @ParameterizedTest
    @MethodSource("setups")
    void isRetiredAtItsAgeAndItsExchangesEndByRuleWhileOthersGoOn(Setup setup) {
        try (Stack stack = Stack.start(setup, conf());
                OpenBodies bodies = new OpenBodies(stack.envoy().port());
                Load load = new Load(stack.envoy().port())) {
            EngineProcess kernel = stack.kernel();
            Future<Integer> upload = bodies.upload("/upload?digest", "a SECRET, and ");
            Future<Integer> gathered = bodies.upload("/gathered?digest", "a SECRET, and ");
            Download download = bodies.download("/download?endless");
            assertThat(Load.await(download.begun())).contains("redacted").doesNotContain("SECRET");
            Eventually.isTrue("all exchanges are open", () -> kernel.metric(OPEN) == 3);
            long old = (long) kernel.metric(GENERATION);
            Load.Running others = load.trickle("/both", 2);

            stack.conf()
                    .replacing("kernel.yaml", "limits: {", "limits: { max_generation_age_ms: 5000,")
                    .replacing("routes/tests.yaml", "X-Processed: \"yes\" } } }]\n    response_flow", """
                            X-Processed: "yes", X-Changed: "yes" } } }]
                                response_flow""");
            kernel.process().signal("HUP");
            Eventually.isTrue("the old generation shows as pinned", () -> kernel.metric(PINNED) == 1);

            assertThat(stack.get("/both").seenUpstream("x-changed")).isEqualTo("yes");
            assertThat(generation(kernel, old).path("in_use").asBoolean()).isTrue();
            assertThat(generation(kernel, old).path("active").asBoolean()).isFalse();
            assertThat(Load.await(upload)).isEqualTo(503);
            assertThat(Load.await(gathered)).isEqualTo(503);
            assertThat(Load.await(download.brokenOff())).isNotNull();
            Eventually.isTrue("the old generation is gone", () -> kernel.metric(PINNED) == 0);
            assertThat(kernel.metric(AGE)).isZero();
            assertThat(generation(kernel, old).path("in_use").asBoolean()).isFalse();
            assertThat(kernel.process().output()).contains("replaced longer ago than limits.max_generation_age_ms");
            Load.Tally tally = others.stop();
            assertThat(tally.statuses().keySet()).isEqualTo(Set.of(200));
            assertThat(tally.unprocessed()).isZero();
            Eventually.isTrue("no exchange is open", () -> kernel.metric(OPEN) == 0);
        }
    }

    private static JsonNode generation(EngineProcess kernel, long id) {
        for (JsonNode one : Web.get(kernel.metricsPort(), "/generations").json().path("generations")) {
            if (one.path("id").asLong() == id) {
                return one;
            }
        }
        throw new AssertionError("generation " + id + " is not listed");
    }
}
