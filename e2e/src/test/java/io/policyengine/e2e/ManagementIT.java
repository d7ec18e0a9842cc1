package io.policyengine.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.e2e.harness.Eventually;
import io.policyengine.e2e.harness.Installation.EnvoyVersion;
import io.policyengine.e2e.harness.Stack;
import io.policyengine.e2e.harness.Stack.Setup;
import io.policyengine.e2e.harness.Stack.Shape;
import io.policyengine.e2e.harness.TestConf;
import io.policyengine.e2e.harness.Web;
import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

/** The management API of the shipped engine, with a token; what it changes is seen by clients of a real Envoy. */
class ManagementIT {
    private static final String[] TOKEN = {"Authorization", "Bearer a-token-of-operators"};

    @Test
    void aRouteThatIsWrittenIsInForceAndInTheFilesUntilItIsRolledBack() throws IOException {
        TestConf conf = TestConf.ofTests()
                .replacing("kernel.yaml", "metrics_port: 0", "metrics_port: 0, admin_token: '${file:token}'")
                .replacing("routes/tests.yaml", "noSuchPolicy", "requestId")
                .with("token", "a-token-of-operators\n");
        try (Stack stack = Stack.start(new Setup(EnvoyVersion.V1_36, Shape.TWO_PROCESSES), conf)) {
            int admin = stack.kernel().metricsPort();
            int before =
                    Web.get(admin, "/config", TOKEN).json().at("/generation/id").asInt();
            String teapot = """
                    {"request_flow": {"policy_chain": [{"policy": "mockResponse", "params": {"status": 418}}]}}""";
            assertThat(Web.send("PUT", admin, "/routes/%2Fboth", teapot).status())
                    .isEqualTo(401);
            assertThat(stack.get("/both").status()).isEqualTo(200);

            Web.Answer written = Web.send("PUT", admin, "/routes/%2Fboth", teapot, TOKEN);
            assertThat(written.status()).as(written.body()).isEqualTo(200);
            assertThat(stack.get("/both").status()).isEqualTo(418);
            assertThat(Files.readString(conf.directory().resolve("routes/tests.yaml")))
                    .contains("mockResponse", "418");

            Web.Answer back = Web.send("POST", admin, "/generations/" + before + ":rollback", "", TOKEN);
            assertThat(back.status()).as(back.body()).isEqualTo(200);
            assertThat(stack.get("/both").status()).isEqualTo(200);
        }
    }

    @Test
    void aPolicyIsSwitchedOffEverywhereAndOnAgain() {
        TestConf conf = TestConf.ofTests();
        try (Stack stack = Stack.start(new Setup(EnvoyVersion.V1_40, Shape.EMBEDDED), conf)) {
            int admin = stack.kernel().metricsPort();
            assertThat(stack.get("/locked").status()).isEqualTo(401);

            Web.Answer off = Web.send("PUT", admin, "/overrides/policy/apiKeyAuth", """
                    {"mode": "off", "reason": "the key store is down"}""");
            assertThat(off.status()).as(off.body()).isIn(200, 201);
            assertThat(stack.get("/locked").status()).isEqualTo(200);
            assertThat(Web.get(admin, "/metrics").body()).contains("policy_kernel_overrides{");

            Web.Answer on = Web.send("DELETE", admin, "/overrides/policy/apiKeyAuth", "");
            assertThat(on.status()).as(on.body()).isIn(200, 204);
            assertThat(stack.get("/locked").status()).isEqualTo(401);
        }
    }

    /** One of the tests' routes is refused, which does not stand in the way. */
    @Test
    void aDeadWorkerIsSwitchedOffUntilTheOverrideIsRemoved() {
        TestConf conf = TestConf.ofTests();
        try (Stack stack = Stack.start(new Setup(EnvoyVersion.V1_36, Shape.TWO_PROCESSES), conf)) {
            int admin = stack.kernel().metricsPort();
            stack.worker().process().kill();
            Eventually.isTrue("a denial", () -> stack.get("/both").status() == 503);

            Web.Answer off = Web.send(
                    "PUT",
                    admin,
                    "/overrides/worker/default-worker",
                    "{\"mode\": \"off\", \"reason\": \"it is dead\"}");
            assertThat(off.status()).as(off.body()).isEqualTo(200);
            Web.Answer passed = stack.get("/both");
            assertThat(passed.status()).isEqualTo(200);
            assertThat(passed.seenUpstream("x-processed")).isNull();
            assertThat(Web.get(admin, "/metrics").body())
                    .contains("policy_kernel_overrides{kind=\"worker\",mode=\"off\",name=\"default-worker\"} 1");

            Web.Answer on = Web.send("DELETE", admin, "/overrides/worker/default-worker", "");
            assertThat(on.status()).as(on.body()).isEqualTo(200);
            assertThat(stack.get("/both").status()).isEqualTo(503);
            assertThat(conf.directory().resolve("overrides.yaml")).doesNotExist();
        }
    }
}
