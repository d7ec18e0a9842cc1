package io.policyengine.e2e.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.e2e.harness.Eventually;
import io.policyengine.e2e.harness.Installation.EnvoyVersion;
import io.policyengine.e2e.harness.Stack;
import io.policyengine.e2e.harness.Stack.Setup;
import io.policyengine.e2e.harness.Stack.Shape;
import io.policyengine.e2e.harness.TestConf;
import io.policyengine.e2e.harness.Web;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The management API of the shipped engine, with a token; what it changes is seen by clients of a real Envoy. */
class ManagementIT {
    private static final String[] TOKEN = {"Authorization", "Bearer a-token-of-operators"};

    private static TestConf withTokens() {
        return TestConf.ofTests()
                .replacing(
                        "kernel.yaml",
                        "metrics_port: 0",
                        "metrics_port: 0, admin_tokens: [ { name: on-call, role: operate, file: token } ]")
                .with("token", "a-token-of-operators\n");
    }

    @Test
    void aRouteThatIsWrittenIsInForceAndInTheFilesUntilItIsRolledBack() throws IOException {
        TestConf conf = TestConf.ofTests()
                .replacing("kernel.yaml", "metrics_port: 0", "metrics_port: 0, admin_token: '${file:token}'")
                .replacing("routes/tests.yaml", "noSuchPolicy", "requestId")
                .with("token", "a-token-of-operators\n");
        try (Stack stack = Stack.start(new Setup(EnvoyVersion.single(), Shape.TWO_PROCESSES), conf)) {
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

            Web.Answer back =
                    Web.send("POST", admin, "/generations/" + before + ":rollback?allow_open=true", "", TOKEN);
            assertThat(back.status()).as(back.body()).isEqualTo(200);
            assertThat(stack.get("/both").status()).isEqualTo(200);
        }
    }

    /** As docs/overrides.md says it, although curl declares the body to be a form. */
    @Test
    void aPolicyIsSwitchedOffEverywhereByCurlAndOnAgain() throws Exception {
        try (Stack stack = Stack.start(new Setup(EnvoyVersion.V1_40, Shape.EMBEDDED), withTokens())) {
            int admin = stack.kernel().metricsPort();
            String url = "http://localhost:" + admin + "/overrides/policy/apiKeyAuth";
            assertThat(stack.get("/locked").status()).isEqualTo(401);

            assertThat(curl("-X", "PUT", url, "-d", "{\"mode\": \"off\", \"reason\": \"a local process\"}"))
                    .endsWith(" 401");
            assertThat(stack.get("/locked").status()).isEqualTo(401);

            for (String reason : new String[] {"the key store is down", "100 % & more = so ".repeat(200)}) {
                String body = "{\"mode\": \"off\", \"reason\": \"" + reason + "\"}";
                assertThat(curl("-X", "PUT", url, "-H", TOKEN[0] + ": " + TOKEN[1], "-d", body))
                        .endsWith(" 200");
                assertThat(stack.get("/locked").status()).isEqualTo(200);
            }
            assertThat(Web.get(admin, "/metrics").body()).contains("policy_kernel_overrides{");

            assertThat(curl("-X", "DELETE", url, "-H", TOKEN[0] + ": " + TOKEN[1]))
                    .endsWith(" 200");
            assertThat(stack.get("/locked").status()).isEqualTo(401);
            assertThat(stack.kernel().process().output())
                    .contains("\"component\":\"audit\"", "\"caller\":\"on-call\"", "\"outcome\":\"unauthenticated\"")
                    .doesNotContain("a-token-of-operators");
        }
    }

    /** What curl says, and the status at its end. */
    private static String curl(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("curl", "-sS", "-w", " %{http_code}", "--max-time", "30"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return said;
    }

    /** One of the tests' routes is refused, which does not stand in the way. */
    @Test
    void aDeadWorkerIsSwitchedOffUntilTheOverrideIsRemoved() {
        TestConf conf = withTokens();
        try (Stack stack = Stack.start(new Setup(EnvoyVersion.single(), Shape.TWO_PROCESSES), conf)) {
            int admin = stack.kernel().metricsPort();
            stack.worker().process().kill();
            Eventually.isTrue("a denial", () -> stack.get("/both").status() == 503);

            Web.Answer off = Web.send(
                    "PUT",
                    admin,
                    "/overrides/worker/default-worker",
                    "{\"mode\": \"off\", \"reason\": \"it is dead\"}",
                    TOKEN);
            assertThat(off.status()).as(off.body()).isEqualTo(200);
            Web.Answer passed = stack.get("/both");
            assertThat(passed.status()).isEqualTo(200);
            assertThat(passed.seenUpstream("x-processed")).isNull();
            assertThat(Web.get(admin, "/metrics").body())
                    .contains("policy_kernel_overrides{kind=\"worker\",mode=\"off\",name=\"default-worker\"} 1");

            Web.Answer on = Web.send("DELETE", admin, "/overrides/worker/default-worker", "", TOKEN);
            assertThat(on.status()).as(on.body()).isEqualTo(200);
            assertThat(stack.get("/both").status()).isEqualTo(503);
            assertThat(conf.directory().resolve("overrides.yaml")).doesNotExist();
        }
    }
}
