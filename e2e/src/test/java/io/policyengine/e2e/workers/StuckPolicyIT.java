package io.policyengine.e2e.workers;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.e2e.harness.EngineProcess;
import io.policyengine.e2e.harness.Eventually;
import io.policyengine.e2e.harness.Installation.EnvoyVersion;
import io.policyengine.e2e.harness.Load;
import io.policyengine.e2e.harness.PluginJar;
import io.policyengine.e2e.harness.Stack;
import io.policyengine.e2e.harness.Stack.Setup;
import io.policyengine.e2e.harness.Stack.Shape;
import io.policyengine.e2e.harness.TestConf;
import io.policyengine.e2e.harness.Web;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A policy that never gives its event loop back: it computes without an end, or waits for what never comes. */
class StuckPolicyIT {
    private static final String COMPUTING = "while (true) { Thread.onSpinWait(); }";
    private static final String WAITING = "while (true) { java.util.concurrent.locks.LockSupport.park(); }";

    @Test
    void endsTheWorkerAndNamesThePolicy() {
        try (Stack stack = Stack.start(new Setup(EnvoyVersion.single(), Shape.TWO_PROCESSES), conf(COMPUTING));
                Load load = new Load(stack.envoy().port())) {
            load.send("/stuck", 1, 1);

            assertThat(stack.worker().process().exitCode()).isEqualTo(1);
            assertThat(stack.worker().process().output())
                    .contains("\"severity\":\"critical\"", "\"policy\":\"stuck\"", "\"route_name\":\"/stuck\"")
                    .contains("com.example.plugin.Factory");

            try (EngineProcess restarted = EngineProcess.worker(stack.conf())) {
                Eventually.isTrue("recovery", () -> stack.get("/both").status() == 200);
                assertThat(restarted.process().isAlive()).isTrue();
            }
        }
    }

    @Tag("nightly")
    @Test
    void turnsLivenessRedWhereTheWorkerIsEmbeddedAndNamesThePolicyAndIsEndedByForce() {
        try (Stack stack = Stack.start(new Setup(EnvoyVersion.single(), Shape.EMBEDDED), conf(WAITING));
                Load load = new Load(stack.envoy().port())) {
            int admin = stack.kernel().metricsPort();
            assertThat(Web.get(admin, "/health/live").status()).isEqualTo(200);

            load.send("/stuck", 1, 1);

            Web.Answer red = Eventually.get("red", () -> {
                Web.Answer answer = Web.get(admin, "/health/live");
                return answer.status() == 503 ? answer : null;
            });
            assertThat(red.body()).contains("policy 'stuck'", "/stuck");
            assertThat(Web.get(admin, "/health/ready").status()).isEqualTo(503);
            assertThat(Web.get(admin, "/metrics").body()).contains("policy_kernel_stuck_loops 1.0");
            stack.kernel().awaitLine("an event loop is stuck: its exchanges get no answer");

            stack.kernel().process().terminate();

            assertThat(stack.kernel().process().exitCode())
                    .as("the end of a process that cannot drain")
                    .isEqualTo(1);
            assertThat(stack.kernel().process().output()).contains("the process hangs");
        }
    }

    private static TestConf conf(String stuck) {
        TestConf conf = TestConf.ofTests();
        return conf.withPlugin(PluginJar.of(conf.folder().resolve("stuck.jar"), "stuck", stuck))
                .replacing("kernel.yaml", "drain_delay_ms: 0", "drain_delay_ms: 0, drain_timeout_ms: 500")
                .with("routes/stuck.yaml", """
                        route_policies:
                          - route_name: /stuck
                            request_flow:
                              policy_chain: [{ policy: stuck }]
                        """);
    }
}
