package io.policyengine.e2e.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.e2e.harness.Installation;
import io.policyengine.e2e.harness.Installation.EnvoyVersion;
import io.policyengine.e2e.harness.OsProcess;
import io.policyengine.e2e.harness.PluginJar;
import io.policyengine.e2e.harness.Shipped;
import io.policyengine.e2e.harness.Stack;
import io.policyengine.e2e.harness.TestConf;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Policies of somebody else's, as jars in the plugins folder. */
class PluginIT {
    @TempDir
    Path folder;

    @Test
    void aWorkerServesThePolicyOfAJarToAKernelThatDoesNotKnowIt() {
        TestConf conf = TestConf.ofTests()
                .withPlugin(Installation.examplePlugin())
                .with("tenants", "acme gold\n")
                .with("routes/tenants.yaml", """
                        route_policies:
                          - route_name: /tenants
                            request_flow:
                              policy_chain:
                                - { policy: tenantGate, params: { tenants_file: tenants } }
                                - { policy: transformHeaders, params: { set: { X-Processed: "yes" } } }
                        """);

        try (Stack stack = Stack.start(new Stack.Setup(EnvoyVersion.single(), Stack.Shape.TWO_PROCESSES), conf)) {
            assertThat(stack.get("/tenants").code()).isEqualTo("TENANT_MISSING");
            assertThat(stack.get("/tenants", "x-tenant", "nobody").code()).isEqualTo("TENANT_UNKNOWN");
            assertThat(stack.get("/tenants", "x-tenant", "acme").body()).contains("\"x-tenant-plan\":\"gold\"");
        }
    }

    /** The example declares all its effects, so that nothing is assumed about it. */
    @Test
    void whoKnowsWhatThePolicyOfAJarDoes() {
        TestConf conf = TestConf.empty()
                .with("kernel.yaml", "policy_kernel: { unknown_route: deny }\n")
                .with("tenants", "acme gold\n")
                .with("routes/tenants.yaml", """
                route_policies:
                  - route_name: gated
                    request_flow:
                      policy_chain:
                        - { policy: apiKeyAuth, params: { keys: [ { consumer: bob, plain: key-of-bob } ] } }
                        - { policy: tenantGate, on_failure: continue, params: { tenants_file: tenants } }
                        - { policy: transformHeaders, when: "'x-beta' in request.headers", params: { set: { X-A: a } } }
                """);

        try (conf;
                OsProcess who = Shipped.into(folder.resolve("engine"), List.of(Installation.examplePlugin()))
                        .start("who", "who", "--route", "gated", conf.path())) {
            assertThat(who.exitCode()).as(who::output).isZero();
            assertThat(who.output())
                    .contains("every request has an identity by 'apiKeyAuth' and passes 'tenantGate'")
                    .doesNotContain("does not declare");
        }
    }

    @Test
    void namesTheJarOfAPolicyThatIsThereAlready() {
        assertRefused(
                PluginJar.of(folder.resolve("thief.jar"), "rateLimit", "return RequestOutcome.unchanged();"),
                "two policies are named 'rateLimit'",
                "(policy-engine.jar)",
                "(thief.jar)");
    }

    @Test
    void namesAJarThatIsNone() throws IOException {
        assertRefused(Files.writeString(folder.resolve("torn.jar"), "PK"), "torn.jar cannot be read");
    }

    private void assertRefused(Path jar, String... parts) {
        try (OsProcess policies =
                Shipped.into(folder.resolve("engine"), List.of(jar)).start("policies", "policies")) {
            assertThat(policies.exitCode()).as(policies::output).isEqualTo(2);
            assertThat(policies.output()).contains(parts).doesNotContain("\tat ");
        }
    }
}
